package io.retromae.etl.source;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes that were promised to be UTF-8.
 *
 * @param text what they say
 * @param replaced malformed sequences that became U+FFFD
 */
public record Utf8Text(String text, int replaced) {

  /**
   * Decodes strictly, or counting what is replaced.
   *
   * @throws Fields.Refused if they are malformed and malformed bytes are not to be replaced
   */
  public static Utf8Text decode(
      byte[] bytes, int start, int end, ReaderSettings.InvalidUtf8 malformed)
      throws Fields.Refused {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, start, end - start);
    try {
      return new Utf8Text(decoder.decode(in).toString(), 0);
    } catch (CharacterCodingException e) {
      if (malformed == ReaderSettings.InvalidUtf8.QUARANTINE) {
        throw new Fields.Refused(
            Quarantined.Reason.INVALID_UTF8, "malformed UTF-8: " + e.getMessage());
      }
      return replacing(decoder.reset(), ByteBuffer.wrap(bytes, start, end - start));
    }
  }

  private static Utf8Text replacing(CharsetDecoder decoder, ByteBuffer in) {
    CharBuffer out = CharBuffer.allocate(in.remaining());
    int replaced = 0;
    CoderResult result = decoder.decode(in, out, true);
    while (result.isError()) {
      in.position(in.position() + result.length());
      out.put('\uFFFD');
      replaced++;
      result = decoder.decode(in, out, true);
    }
    return new Utf8Text(out.flip().toString(), replaced);
  }
}
