# vault_embed(NAME FILE…): makes NAME.c in the current binary folder, which defines NAME and NAME_count of
# lib/base/embedded.h with the bytes of the files, in order. Bytes, not string literals: C17 promises only
# 4,095 characters in one of those. Run as a script (-P) it writes that file.
if(CMAKE_SCRIPT_MODE_FILE)
	set(arrays "")
	set(rows "")
	set(number 0)
	foreach(path ${FILES})
		get_filename_component(name ${path} NAME)
		string(REGEX REPLACE "\\.varlink$" "" name ${name})
		file(READ ${path} hex HEX)
		string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
		string(REGEX REPLACE "(0x0a,)" "\\1\n" bytes "${bytes}")
		string(APPEND arrays "static const char text_${number}[] = {\n${bytes}0 };\n")
		string(APPEND rows "\t{ \"${name}\", text_${number}, sizeof text_${number} - 1 },\n")
		math(EXPR number "${number} + 1")
	endforeach()
	file(WRITE ${OUT} "/* Made by Embed.cmake. */
#include \"base/embedded.h\"

extern const struct embedded_text ${NAME}[];
extern const size_t ${NAME}_count;

${arrays}
const struct embedded_text ${NAME}[] = {\n${rows}};
const size_t ${NAME}_count = sizeof ${NAME} / sizeof *${NAME};
")
	return()
endif()

function(vault_embed name)
	set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
	set(script ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake)
	add_custom_command(
		OUTPUT ${output}
		COMMAND ${CMAKE_COMMAND} -DOUT=${output} -DNAME=${name} "-DFILES=${ARGN}" -P ${script}
		DEPENDS ${ARGN} ${script}
		VERBATIM)
endfunction()
