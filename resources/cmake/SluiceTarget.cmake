# What every target of Sluice shares: warnings, sanitizers, the include root, header sets.

add_library(sluice-options INTERFACE)
target_compile_features(sluice-options INTERFACE cxx_std_20)
target_include_directories(sluice-options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(sluice-options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion
  # The run's fingerprint must not depend on the compiler: no fused multiply-add behind our back.
  -ffp-contract=off)
if(SLUICE_WERROR)
  target_compile_options(sluice-options INTERFACE -Werror)
endif()
if(SLUICE_SANITIZE)
  target_compile_options(sluice-options INTERFACE -fsanitize=${SLUICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sluice-options INTERFACE -fsanitize=${SLUICE_SANITIZE})
endif()

# sluice_library(NAME [DEPENDS target...]): a static library of the sources in this folder.
# Sources are globbed with CONFIGURE_DEPENDS: the folder is the list, one purpose a folder.
function(sluice_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  target_link_libraries(${name} ${scope} sluice-options ${arg_DEPENDS})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()
