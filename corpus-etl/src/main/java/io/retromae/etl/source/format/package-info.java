/**
 * What jobs do with a file by the format that its input names: check it, divide it, read it. Start
 * reading at {@link io.retromae.etl.source.format.SourceFile}. The only package that knows all
 * formats.
 */
package io.retromae.etl.source.format;
