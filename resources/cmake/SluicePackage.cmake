# `cpack --preset release` packs what `cmake --install` installs as build/release/sluice_VERSION_ARCH.deb.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sluice)
set(CPACK_PACKAGE_VENDOR "Sluice")
set(CPACK_PACKAGE_CONTACT "Sluice maintainers <maintainers@sluice.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "draw, run, watch and replay event-driven architectures")
set(CPACK_PACKAGE_DESCRIPTION
"Sluice is for software architects who work with queues and topics. Draw
services, queues, topics and tables, press play, and watch every message
travel over the drawing on an embedded broker engine: where it waits, what
retries it, which dead letter it ends as and why.
.
The package holds the desktop program sluice, the command-line program
sluice-cli, and example drawings.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# The platform plugins are loaded by name, so dpkg-shlibdeps does not see them.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qt6-qpa-plugins | libqt6gui6 (>= 6.5)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-inter, qt6-wayland")
# Permissions of the package do not follow the umask of whoever builds it.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
# Debian wants its copyright file and a changelog in every package.
configure_file(${CMAKE_SOURCE_DIR}/resources/desktop/changelog.in ${CMAKE_CURRENT_BINARY_DIR}/changelog @ONLY)
install(FILES ${CMAKE_SOURCE_DIR}/resources/desktop/copyright ${CMAKE_CURRENT_BINARY_DIR}/changelog
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/sluice)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/SluiceDebian.cmake)
include(CPack)
