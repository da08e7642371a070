# Run by CPack on what is about to be packed: Debian wants manual pages and the changelog compressed.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}${CPACK_PACKAGING_INSTALL_PREFIX}/share)
file(GLOB plain ${share}/man/man1/*.1 ${share}/doc/sluice/changelog)
foreach(file IN LISTS plain)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
