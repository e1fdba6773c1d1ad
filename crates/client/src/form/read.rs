//! Reading: `serde`'s side of CBOR, without a message for any of its errors.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{BREAK, DEEPEST, FALSE, Malformed, NULL, TRUE, major};

/// Bytes, and how far they have been read.
pub(super) struct Reader<'de> {
    bytes: &'de [u8],
    /// Whether ids are texts and bytes are lists of numbers, as in JSON.
    readable: bool,
}

impl<'de> Reader<'de> {
    pub(super) fn new(bytes: &'de [u8], readable: bool) -> Self {
        Self { bytes, readable }
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), Malformed> {
        if self.bytes.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn peek(&self) -> Result<u8, Malformed> {
        self.bytes.first().copied().ok_or(Malformed)
    }

    /// Passes over the next byte if it is this one.
    fn passed(&mut self, byte: u8) -> bool {
        match self.bytes.split_first() {
            Some((first, rest)) if *first == byte => {
                self.bytes = rest;
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, count: u64) -> Result<&'de [u8], Malformed> {
        let count = usize::try_from(count).map_err(|_| Malformed)?;
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Malformed)?;
        self.bytes = rest;
        Ok(taken)
    }

    /// The kind of the next item, and its number; none where an end follows instead.
    fn head(&mut self) -> Result<(u8, Option<u64>), Malformed> {
        let first = self.peek()?;
        self.take(1)?;
        let number = match first & 31 {
            small @ 0..24 => Some(u64::from(small)),
            size @ 24..28 => {
                let bytes = self.take(1 << (size - 24))?;
                Some(
                    bytes
                        .iter()
                        .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
                )
            }
            31 => None,
            _ => return Err(Malformed),
        };
        Ok((first >> 5, number))
    }

    /// The number of an item of this kind.
    fn number(&mut self, kind: u8) -> Result<Option<u64>, Malformed> {
        match self.head()? {
            (found, number) if found == kind => Ok(number),
            _ => Err(Malformed),
        }
    }

    fn integer(&mut self) -> Result<Integer, Malformed> {
        match self.head()? {
            (major::UNSIGNED, Some(number)) => Ok(Integer::Unsigned(number)),
            (major::NEGATIVE, Some(number)) => {
                let number = i64::try_from(number).map_err(|_| Malformed)?;
                Ok(Integer::Negative(!number))
            }
            _ => Err(Malformed),
        }
    }

    fn boolean(&mut self) -> Result<bool, Malformed> {
        if self.passed(TRUE) {
            return Ok(true);
        }
        if self.passed(FALSE) {
            return Ok(false);
        }
        Err(Malformed)
    }

    fn text(&mut self) -> Result<&'de str, Malformed> {
        let length = self.number(major::TEXT)?.ok_or(Malformed)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed)
    }

    fn octets(&mut self) -> Result<Cow<'de, [u8]>, Malformed> {
        if self.readable {
            let mut bytes = Vec::new();
            let mut items = self.items(major::ARRAY)?;
            while items.more()? {
                match items.reader.integer()? {
                    Integer::Unsigned(number) => {
                        bytes.push(u8::try_from(number).map_err(|_| Malformed)?);
                    }
                    Integer::Negative(_) => return Err(Malformed),
                }
            }
            return Ok(Cow::Owned(bytes));
        }
        let length = self.number(major::BYTES)?.ok_or(Malformed)?;
        self.take(length).map(Cow::Borrowed)
    }

    fn items(&mut self, kind: u8) -> Result<Items<'_, 'de>, Malformed> {
        let left = self.number(kind)?;
        Ok(Items { reader: self, left })
    }

    /// Passes over one item, whatever it is.
    fn skip(&mut self, depth: u8) -> Result<(), Malformed> {
        if depth == DEEPEST {
            return Err(Malformed);
        }
        let (kind, number) = self.head()?;
        match kind {
            major::BYTES | major::TEXT => {
                self.take(number.ok_or(Malformed)?)?;
            }
            major::ARRAY | major::MAP => {
                let mut items = Items {
                    reader: self,
                    left: number,
                };
                while items.more()? {
                    items.reader.skip(depth + 1)?;
                    if kind == major::MAP {
                        items.reader.skip(depth + 1)?;
                    }
                }
            }
            major::TAG => self.skip(depth + 1)?,
            _ if number.is_none() => return Err(Malformed),
            _ => {}
        }
        Ok(())
    }
}

enum Integer {
    Unsigned(u64),
    Negative(i64),
}

/// What is left of an array or a map.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// How many, or until an end.
    left: Option<u64>,
}

impl Items<'_, '_> {
    fn more(&mut self) -> Result<bool, Malformed> {
        match self.left {
            Some(0) => return Ok(false),
            Some(left) => self.left = Some(left - 1),
            None if self.reader.peek()? == BREAK => {
                self.reader.take(1)?;
                self.left = Some(0);
                return Ok(false);
            }
            None => {}
        }
        Ok(true)
    }

    /// A visitor may stop early; an item may not have more than it reads.
    fn end(&mut self) -> Result<(), Malformed> {
        if self.more()? { Err(Malformed) } else { Ok(()) }
    }
}

/// Every number by the widest visit: the visitor checks the range.
macro_rules! integers {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            match self.integer()? {
                Integer::Unsigned(number) => visitor.visit_u64(number),
                Integer::Negative(number) => visitor.visit_i64(number),
            }
        }
    )+};
}

/// What no type of ours asks for.
macro_rules! refused {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Malformed> {
            Err(Malformed)
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Malformed;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }
    refused! { deserialize_any deserialize_char deserialize_f32 deserialize_f64 }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bool(self.boolean()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_str(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bytes(&self.octets()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bytes(&self.octets()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.passed(NULL) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.passed(NULL) {
            visitor.visit_unit()
        } else {
            Err(Malformed)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let mut items = self.items(major::ARRAY)?;
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        // Whoever reads a map reads all of it.
        visitor.visit_map(&mut self.items(major::MAP)?)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_enum(self.variant()?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        self.skip(0)?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        self.readable
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        if self.more()? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant: its name alone, or a map of its name to what it holds.
struct Variant<'a, 'de> {
    items: Items<'a, 'de>,
    holds: bool,
}

impl<'de> Reader<'de> {
    fn variant(&mut self) -> Result<Variant<'_, 'de>, Malformed> {
        let holds = self.peek()? >> 5 == major::MAP;
        let left = if holds {
            self.number(major::MAP)?
        } else {
            Some(0)
        };
        let mut items = Items { reader: self, left };
        if items.more()? == holds {
            Ok(Variant { items, holds })
        } else {
            Err(Malformed)
        }
    }
}

impl<'de> Variant<'_, 'de> {
    fn holding(&mut self, holds: bool) -> Result<&mut Reader<'de>, Malformed> {
        if self.holds == holds {
            Ok(&mut *self.items.reader)
        } else {
            Err(Malformed)
        }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Malformed;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Malformed> {
        let value = seed.deserialize(&mut *self.items.reader)?;
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Malformed;

    /// Nothing of ours holds something sometimes: what does is a variant of a later version, which is
    /// passed over with all that it holds.
    fn unit_variant(mut self) -> Result<(), Malformed> {
        if self.holds {
            self.items.reader.skip(0)?;
            self.items.end()?;
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        mut self,
        seed: T,
    ) -> Result<T::Value, Malformed> {
        let value = seed.deserialize(self.holding(true)?)?;
        self.items.end()?;
        Ok(value)
    }

    fn tuple_variant<V: Visitor<'de>>(
        mut self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        let value = self.holding(true)?.deserialize_seq(visitor)?;
        self.items.end()?;
        Ok(value)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        let value = self.holding(true)?.deserialize_map(visitor)?;
        self.items.end()?;
        Ok(value)
    }
}
