# cmake -DOUT=FILE -DFROM=DIR -DSCRIPT=FILE -P embed.cmake: writes the interfaces of a folder and the
# completion script as C arrays. Bytes, not string literals, for C17 promises only 4,095 characters
# in one of those.
function(array_of path name)
	file(READ ${path} hex HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "(0x0a,)" "\\1\n" bytes "${bytes}")
	set(array "static const char ${name}[] = {\n${bytes}0 };\n" PARENT_SCOPE)
endfunction()

file(GLOB paths ${FROM}/*.varlink)
list(FILTER paths EXCLUDE REGEX "certification")
list(SORT paths)
set(arrays "")
set(rows "")
set(number 0)
foreach(path ${paths})
	get_filename_component(name ${path} NAME)
	string(REGEX REPLACE "\\.varlink$" "" name ${name})
	array_of(${path} text_${number})
	string(APPEND arrays "${array}")
	string(APPEND rows "\t{ \"${name}\", text_${number}, sizeof text_${number} - 1 },\n")
	math(EXPR number "${number} + 1")
endforeach()
array_of(${SCRIPT} script)
file(WRITE ${OUT} "/* Made by embed.cmake. */
#include \"vaultctl/interfaces.h\"

${arrays}${array}
const struct interface_text completion_script = { \"bash\", script, sizeof script - 1 };
const struct interface_text interface_texts[] = {\n${rows}};
const size_t interface_text_count = sizeof interface_texts / sizeof *interface_texts;\n")
