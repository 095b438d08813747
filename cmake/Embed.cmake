# vault_embed(TARGET SYMBOL FILE): the bytes of a file, with a NUL behind, as
# `extern const unsigned char SYMBOL[]; extern const size_t SYMBOL_size;` (without the NUL).
function(vault_embed target symbol file)
	set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.c)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
	file(READ ${file} hex HEX)
	string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
	file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include <stddef.h>
extern const unsigned char @symbol@[];
extern const size_t @symbol@_size;
const unsigned char @symbol@[] = { @bytes@0 };
const size_t @symbol@_size = sizeof @symbol@ - 1;
]])
	target_sources(${target} PRIVATE ${output})
endfunction()
