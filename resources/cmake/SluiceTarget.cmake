# What every target of Sluice shares: warnings, sanitizers, the include root, header sets, precompiled headers.

add_library(sluice-options INTERFACE)
target_compile_features(sluice-options INTERFACE cxx_std_20)
target_include_directories(sluice-options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(sluice-options INTERFACE
  -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion
  # The run's fingerprint must not depend on the compiler: no fused multiply-add behind our back.
  -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ holds that a scoped enumerator shadows a type of its name; what a local name hides is what matters here.
  # -fpch-preprocess lets ccache see through a precompiled header.
  # What it calls maybe uninitialized is as a rule the inside of an empty std::optional (GCC bug 80635).
  target_compile_options(sluice-options INTERFACE -Wshadow=local -Wno-maybe-uninitialized -fpch-preprocess)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # "literal" + std::string, once inlined, looks like an overflow to g++ 12 (GCC bug 105651).
    target_compile_options(sluice-options INTERFACE
      -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
else()
  target_compile_options(sluice-options INTERFACE -Wshadow)
endif()
if(SLUICE_WERROR)
  target_compile_options(sluice-options INTERFACE -Werror)
endif()
if(SLUICE_FUZZ)
  # libFuzzer sees which branches of the libraries an input reaches.
  target_compile_options(sluice-options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SLUICE_SANITIZE)
  target_compile_options(sluice-options INTERFACE -fsanitize=${SLUICE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(sluice-options INTERFACE -fsanitize=${SLUICE_SANITIZE})
endif()

# Only headers from outside the project are precompiled, so that an edit never rebuilds a precompiled header.
set(SLUICE_CORE_PCH
  <algorithm> <cstdint> <functional> <map> <memory> <optional> <span> <string> <string_view>
  <unordered_map> <utility> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp>)
set(SLUICE_QT_PCH ${SLUICE_CORE_PCH} <QtWidgets>)

# sluice_precompile(TARGET DEPENDENCY...): gives a library the precompiled headers that its dependencies allow.
# Core libraries share the one of sluice-base; those that paint get Qt Widgets; a plugin's few files need none.
function(sluice_precompile name)
  if("${ARGN}" MATCHES "sluice-widgets")
    target_precompile_headers(${name} REUSE_FROM sluice-widgets)
  elseif("${ARGN}" MATCHES "Qt6::Widgets")
    target_precompile_headers(${name} PRIVATE ${SLUICE_QT_PCH})
  elseif(NOT "${ARGN}" MATCHES "Qt6::|sluice-plugin")
    if(name STREQUAL "sluice-base")
      target_precompile_headers(${name} PRIVATE ${SLUICE_CORE_PCH})
    else()
      target_precompile_headers(${name} REUSE_FROM sluice-base)
    endif()
  endif()
endfunction()

# sluice_compile_together(TARGET SOURCE...): but for debug builds, compiles the sources of a folder as one translation
# unit, at most ten at a time: what they have in common is then read and instantiated once, which is nearly half of the
# work. So names without linkage are unique among the neighbours of a folder; each header still stands alone
# (all_verify_interface_header_sets), and so does each source in a debug build.
function(sluice_compile_together name)
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    return()
  endif()
  foreach(source IN LISTS ARGN)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME folder)
    if(NOT DEFINED members_${folder})
      set(members_${folder} 0)
    endif()
    math(EXPR part "${members_${folder}} / 10")
    math(EXPR members_${folder} "${members_${folder}} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}-${part})
  endforeach()
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # It takes a source that is read by another for a header, where a member without linkage would be a mistake.
    target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# sluice_library(NAME [DEPENDS target...] [EXCLUDE regex]): a static library of the sources in this folder, but for
# those whose path within it the regex matches.
# Sources are globbed with CONFIGURE_DEPENDS: the folder is the list, one purpose a folder. A folder without
# sources is an interface library, so that others may name it.
function(sluice_library name)
  cmake_parse_arguments(arg "" "EXCLUDE" "DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${CMAKE_CURRENT_SOURCE_DIR}/${arg_EXCLUDE})
    list(FILTER headers EXCLUDE REGEX ${CMAKE_CURRENT_SOURCE_DIR}/${arg_EXCLUDE})
  endif()
  if(sources)
    add_library(${name} STATIC ${sources})
    set(scope PUBLIC)
    sluice_precompile(${name} ${arg_DEPENDS})
    sluice_compile_together(${name} ${sources})
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(headers)
    target_sources(${name} ${scope} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR} FILES ${headers})
  endif()
  target_link_libraries(${name} ${scope} sluice-options ${arg_DEPENDS})
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()
