//! Writing: each number as short as it can be, every length known (the deterministic form but for the order of keys,
//! which is that of the fields).

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::{FALSE, Malformed, NULL, TRUE, major};

/// The beginning of an item.
pub(super) fn head(bytes: &mut Vec<u8>, kind: u8, number: u64) {
    let width: u8 = match number {
        0..24 => {
            bytes.push(kind << 5 | number as u8);
            return;
        }
        24..0x100 => 0,
        0x100..0x1_0000 => 1,
        0x1_0000..0x1_0000_0000 => 2,
        _ => 3,
    };
    bytes.push(kind << 5 | (24 + width));
    bytes.extend_from_slice(&number.to_be_bytes()[8 - (1 << width)..]);
}

/// What has been written.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn put(&mut self, kind: u8, number: u64) -> Result<(), Malformed> {
        head(&mut self.0, kind, number);
        Ok(())
    }

    fn run(&mut self, kind: u8, run: &[u8]) -> Result<(), Malformed> {
        head(&mut self.0, kind, run.len() as u64);
        self.0.extend_from_slice(run);
        Ok(())
    }

    fn byte(&mut self, byte: u8) -> Result<(), Malformed> {
        self.0.push(byte);
        Ok(())
    }

    /// The name before what a variant holds.
    fn variant(&mut self, name: &str) -> Result<(), Malformed> {
        self.put(major::MAP, 1)?;
        self.run(major::TEXT, name.as_bytes())
    }

    fn many(&mut self, kind: u8, count: usize) -> Result<&mut Self, Malformed> {
        self.put(kind, count as u64)?;
        Ok(self)
    }
}

macro_rules! unsigned {
    ($($method:ident $number:ty)+) => {$(
        fn $method(self, number: $number) -> Result<(), Malformed> {
            self.put(major::UNSIGNED, number.into())
        }
    )+};
}

macro_rules! signed {
    ($($method:ident $number:ty)+) => {$(
        fn $method(self, number: $number) -> Result<(), Malformed> {
            let number = i64::from(number);
            if number < 0 {
                self.put(major::NEGATIVE, (!number).unsigned_abs())
            } else {
                self.put(major::UNSIGNED, number.unsigned_abs())
            }
        }
    )+};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Malformed;
    type SerializeSeq = &'a mut Writer;
    type SerializeTuple = &'a mut Writer;
    type SerializeTupleStruct = &'a mut Writer;
    type SerializeTupleVariant = &'a mut Writer;
    type SerializeMap = &'a mut Writer;
    type SerializeStruct = &'a mut Writer;
    type SerializeStructVariant = &'a mut Writer;

    unsigned! { serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 }
    signed! { serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 }

    fn serialize_bool(self, value: bool) -> Result<(), Malformed> {
        self.byte(if value { TRUE } else { FALSE })
    }

    fn serialize_f32(self, _: f32) -> Result<(), Malformed> {
        Err(Malformed)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Malformed> {
        Err(Malformed)
    }

    fn serialize_char(self, value: char) -> Result<(), Malformed> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Malformed> {
        self.run(major::TEXT, value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Malformed> {
        self.run(major::BYTES, value)
    }

    fn serialize_none(self) -> Result<(), Malformed> {
        self.byte(NULL)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Malformed> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Malformed> {
        self.byte(NULL)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Malformed> {
        self.byte(NULL)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Malformed> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Malformed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Malformed> {
        self.variant(variant)?;
        value.serialize(self)
    }

    fn serialize_seq(self, count: Option<usize>) -> Result<Self, Malformed> {
        self.many(major::ARRAY, count.ok_or(Malformed)?)
    }

    fn serialize_tuple(self, count: usize) -> Result<Self, Malformed> {
        self.many(major::ARRAY, count)
    }

    fn serialize_tuple_struct(self, _: &'static str, count: usize) -> Result<Self, Malformed> {
        self.many(major::ARRAY, count)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<Self, Malformed> {
        self.variant(variant)?;
        self.many(major::ARRAY, count)
    }

    fn serialize_map(self, count: Option<usize>) -> Result<Self, Malformed> {
        self.many(major::MAP, count.ok_or(Malformed)?)
    }

    fn serialize_struct(self, _: &'static str, count: usize) -> Result<Self, Malformed> {
        self.many(major::MAP, count)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        count: usize,
    ) -> Result<Self, Malformed> {
        self.variant(variant)?;
        self.many(major::MAP, count)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! items {
    ($($kind:ident $method:ident)+) => {$(
        impl $kind for &mut Writer {
            type Ok = ();
            type Error = Malformed;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Malformed> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Malformed> {
                Ok(())
            }
        }
    )+};
}

macro_rules! fields {
    ($($kind:ident)+) => {$(
        impl $kind for &mut Writer {
            type Ok = ();
            type Error = Malformed;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Malformed> {
                self.run(major::TEXT, name.as_bytes())?;
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), Malformed> {
                Ok(())
            }
        }
    )+};
}

items! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}
fields! { SerializeStruct SerializeStructVariant }

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Malformed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Malformed> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Malformed> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Malformed> {
        Ok(())
    }
}
