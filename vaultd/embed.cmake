# cmake -DOUT=FILE -DNAME=texts -DFILES=a;b -P embed.cmake: writes files as C arrays of bytes with their
# names, in order, so that the daemon reads none of them at run time. Bytes, not string literals: C17
# promises only 4,095 characters in one of those.
set(arrays "")
set(rows "")
set(number 0)
foreach(path ${FILES})
	get_filename_component(name ${path} NAME)
	file(READ ${path} hex HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(REGEX REPLACE "(0x0a,)" "\\1\n" bytes "${bytes}")
	string(APPEND arrays "static const char ${NAME}_${number}[] = {\n${bytes}0 };\n")
	string(APPEND rows "\t{ \"${name}\", ${NAME}_${number}, sizeof ${NAME}_${number} - 1 },\n")
	math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "/* Made by embed.cmake. */
#include \"vaultd/embedded.h\"

${arrays}
const struct embedded_text ${NAME}[] = {\n${rows}};
const size_t ${NAME}_count = sizeof ${NAME} / sizeof *${NAME};
")
