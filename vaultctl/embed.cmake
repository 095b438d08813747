# cmake -DOUT=FILE -DFROM=DIR -P embed.cmake: writes the interfaces of a folder as C arrays. Bytes, not
# string literals, for C17 promises only 4,095 characters in one of those.
file(GLOB paths ${FROM}/*.varlink)
list(FILTER paths EXCLUDE REGEX "certification")
list(SORT paths)
set(arrays "")
set(rows "")
set(number 0)
foreach(path ${paths})
	get_filename_component(name ${path} NAME)
	string(REGEX REPLACE "\\.varlink$" "" name ${name})
	file(READ ${path} hex HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "((0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],)(0x[0-9a-f][0-9a-f],))" "\\1\n" bytes "${bytes}")
	string(APPEND arrays "static const char text_${number}[] = {\n${bytes}\n0 };\n")
	string(APPEND rows "\t{ \"${name}\", text_${number}, sizeof text_${number} - 1 },\n")
	math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "/* Made by embed.cmake. */\n#include \"vaultctl/interfaces.h\"\n\n${arrays}
const struct interface_text interface_texts[] = {\n${rows}};
const size_t interface_text_count = sizeof interface_texts / sizeof *interface_texts;\n")
