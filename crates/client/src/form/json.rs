//! JSON (RFC 8259) as CBOR: of each type only one decoder is compiled.

use zeroize::Zeroizing;

use super::write::head;
use super::{
    BREAK, DEEPEST, FALSE, Malformed, NULL, OPEN_ARRAY, OPEN_MAP, OTHER_NUMBER, TRUE, major,
};

/// The same value in CBOR.
pub(super) fn to_cbor(json: &[u8]) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let mut text = Text {
        left: std::str::from_utf8(json).map_err(|_| Malformed)?.as_bytes(),
        cbor: Zeroizing::new(Vec::with_capacity(json.len())),
        string: Zeroizing::default(),
    };
    text.value(0)?;
    text.space();
    if text.left.is_empty() {
        Ok(text.cbor)
    } else {
        Err(Malformed)
    }
}

struct Text<'a> {
    left: &'a [u8],
    /// Read so far. The fields of an enquiry come this way: they leave memory.
    cbor: Zeroizing<Vec<u8>>,
    /// The text being read; its length stands before it.
    string: Zeroizing<Vec<u8>>,
}

impl Text<'_> {
    fn peek(&self) -> Option<u8> {
        self.left.first().copied()
    }

    fn next(&mut self) -> Result<u8, Malformed> {
        let (first, rest) = self.left.split_first().ok_or(Malformed)?;
        self.left = rest;
        Ok(*first)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Malformed> {
        self.space();
        if self.next()? == wanted {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.left {
            self.left = rest;
        }
    }

    fn value(&mut self, depth: u8) -> Result<(), Malformed> {
        if depth == DEEPEST {
            return Err(Malformed);
        }
        self.space();
        match self.next()? {
            b'{' => self.items(b'}', depth),
            b'[' => self.items(b']', depth),
            b'"' => self.string(),
            b't' => self.word(b"rue", TRUE),
            b'f' => self.word(b"alse", FALSE),
            b'n' => self.word(b"ull", NULL),
            b'-' => {
                let first = self.next()?;
                self.number(first, major::NEGATIVE)
            }
            first => self.number(first, major::UNSIGNED),
        }
    }

    fn word(&mut self, rest: &[u8], cbor: u8) -> Result<(), Malformed> {
        self.left = self.left.strip_prefix(rest).ok_or(Malformed)?;
        self.cbor.push(cbor);
        Ok(())
    }

    fn items(&mut self, end: u8, depth: u8) -> Result<(), Malformed> {
        let named = end == b'}';
        self.cbor.push(if named { OPEN_MAP } else { OPEN_ARRAY });
        self.space();
        if self.peek() == Some(end) {
            self.next()?;
        } else {
            loop {
                if named {
                    self.expect(b'"')?;
                    self.string()?;
                    self.expect(b':')?;
                }
                self.value(depth + 1)?;
                self.space();
                match self.next()? {
                    b',' => {}
                    last if last == end => break,
                    _ => return Err(Malformed),
                }
            }
        }
        self.cbor.push(BREAK);
        Ok(())
    }

    fn string(&mut self) -> Result<(), Malformed> {
        self.string.clear();
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => self.escape()?,
                ..0x20 => return Err(Malformed),
                byte => self.string.push(byte),
            }
        }
        head(&mut self.cbor, major::TEXT, self.string.len() as u64);
        self.cbor.extend_from_slice(&self.string);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        let byte = match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.code_point(),
            _ => return Err(Malformed),
        };
        self.string.push(byte);
        Ok(())
    }

    fn code_point(&mut self) -> Result<(), Malformed> {
        let mut code = self.unit()?;
        if let 0xd800..0xdc00 = code {
            self.left = self.left.strip_prefix(b"\\u").ok_or(Malformed)?;
            let low = self.unit()?.checked_sub(0xdc00).ok_or(Malformed)?;
            if low > 0x3ff {
                return Err(Malformed);
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + low;
        }
        let character = char::from_u32(code).ok_or(Malformed)?;
        let mut buffer = [0; 4];
        self.string
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        Ok(())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Malformed> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = char::from(self.next()?).to_digit(16).ok_or(Malformed)?;
            unit = unit << 4 | digit;
        }
        Ok(unit)
    }

    fn number(&mut self, first: u8, kind: u8) -> Result<(), Malformed> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u64::from(byte - b'0'));
        let mut number = digit(first);
        if number.is_none() {
            return Err(Malformed);
        }
        // No zero leads: a digit after it is no end of a number.
        let more = first != b'0';
        while let Some(next) = self.peek().filter(|_| more).and_then(digit) {
            self.next()?;
            number = number.and_then(|number| number.checked_mul(10)?.checked_add(next));
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.next()?;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.next()?;
            if let Some(b'+' | b'-') = self.peek() {
                self.next()?;
            }
            self.digits()?;
        }
        let number = number.filter(|_| whole).and_then(|number| match kind {
            // CBOR counts below zero from minus one.
            major::NEGATIVE => number.checked_sub(1),
            _ => Some(number),
        });
        match number {
            Some(number) => head(&mut self.cbor, kind, number),
            None => self.cbor.push(OTHER_NUMBER),
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        if !self.next()?.is_ascii_digit() {
            return Err(Malformed);
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.next()?;
        }
        Ok(())
    }
}
