//! The bytes of an answer as the text it was asked for: without a byte order mark, and named for what it is where it is something else.

use crate::http::HttpResponse;

impl HttpResponse {
    /// The body as UTF-8 text, as far as its first bytes and its headers tell. Fails with what it is instead, in words.
    pub fn text_body(&self) -> Result<&[u8], String> {
        let encoding = self.header("content-encoding").map(str::trim);
        let what = match self.body.as_slice() {
            [0xef, 0xbb, 0xbf, text @ ..] => return Ok(text),
            [0x1f, 0x8b, ..] => "compressed with gzip",
            [0x28, 0xb5, 0x2f, 0xfd, ..] => "compressed with zstd",
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32 text",
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..] => {
                "UTF-16 text"
            }
            body => match encoding {
                None | Some("" | "identity") => return Ok(body),
                Some("br") => "compressed with brotli",
                Some("deflate") => "compressed with deflate",
                // One that was taken off on the way is still named.
                Some("gzip" | "x-gzip" | "zstd") => return Ok(body),
                Some(_) => "in an encoding that is not known here",
            },
        };
        Err(format!("it is {what}, and UTF-8 text was asked for"))
    }
}
