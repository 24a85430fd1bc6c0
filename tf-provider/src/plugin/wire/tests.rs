use super::*;

fn round(value: &Value, ty: &Type) -> Value {
    from_msgpack(&to_msgpack(value, ty), ty).unwrap()
}

fn object(types: &[(&str, Type)]) -> Type {
    Type::Object(types.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

#[test]
fn the_reference_vectors_are_met() {
    let ty = object(&[
        ("id", Type::String),
        ("item", Type::list(object(&[]))),
        ("name", Type::String),
        ("size", Type::Number),
        ("tags", Type::map(Type::String)),
    ]);
    let value = Value::Object(
        [
            ("id".to_owned(), Value::unknown()),
            ("item".to_owned(), Value::List(vec![])),
            ("name".to_owned(), Value::string("n")),
            ("size".to_owned(), Value::Number(Number::parse("0.1").unwrap())),
            ("tags".to_owned(), Value::Null),
        ]
        .into(),
    );
    let mut expected = vec![0x85, 0xa2, b'i', b'd', 0xd4, 0, 0, 0xa4];
    expected.extend(b"item\x90\xa4name\xa1n\xa4size\xa30.1\xa4tags\xc0");
    assert_eq!(to_msgpack(&value, &ty), expected);
    assert_eq!(from_msgpack(&expected, &ty).unwrap(), value);

    let text = Value::Dynamic(Box::new((Type::String, Value::string("x"))));
    let expected = b"\x92\xc4\x08\"string\"\xa1x";
    assert_eq!(to_msgpack(&text, &Type::Dynamic), expected);
    assert_eq!(from_msgpack(expected, &Type::Dynamic).unwrap(), text);
}

#[test]
fn numbers_come_back_digit_for_digit() {
    for text in ["0.1", "18446744073709551615", "1e300", "-0", "1.1234567890123456789", "9223372036854775807"]
    {
        let number = Value::Number(Number::parse(text).unwrap());
        let Value::Number(back) = round(&number, &Type::Number) else { panic!() };
        let expected = if text == "-0" { "0" } else { text };
        assert_eq!(back.text(), expected);
    }
    assert_eq!(from_msgpack(&[0xcc, 200], &Type::Number).unwrap(), Value::Number(200.into()));
    assert_eq!(from_msgpack(&[0xd0, 0x80], &Type::Number).unwrap(), Value::Number((-128).into()));
    let big = from_msgpack(&[0xcf, 255, 255, 255, 255, 255, 255, 255, 255], &Type::Number).unwrap();
    assert_eq!(big, Value::Number(Number::parse("18446744073709551615").unwrap()));
}

#[test]
fn every_extension_is_an_unknown_value_and_refinements_are_echoed() {
    let refined = [0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2];
    let value = from_msgpack(&refined, &Type::String).unwrap();
    let Value::Unknown(refinements) = &value else { panic!() };
    assert!(refinements.not_null());
    assert_eq!(to_msgpack(&value, &Type::String), refined);
    assert!(from_msgpack(&[0xd5, 0x05, 1, 2], &Type::Bool).unwrap().is_unknown());
    assert!(from_msgpack(&[0xd4, 0, 0], &Type::list(Type::Bool)).unwrap().is_unknown());
}

#[test]
fn null_and_empty_stay_apart() {
    for ty in [Type::list(Type::String), Type::set(Type::String), Type::map(Type::String)] {
        assert!(round(&Value::Null, &ty).is_null());
    }
    assert_eq!(round(&Value::List(vec![]), &Type::list(Type::String)), Value::List(vec![]));
    assert!(from_msgpack(&[], &Type::String).unwrap().is_null());
}

#[test]
fn dynamic_values_keep_their_type() {
    let tuple = Type::Tuple(vec![Type::Number, Type::String]);
    let value =
        Value::Dynamic(Box::new((tuple, Value::List(vec![Value::Number(1.into()), Value::string("a")]))));
    assert_eq!(round(&value, &Type::Dynamic), value);
    let unknown = from_msgpack(&[0xd4, 0, 0], &Type::Dynamic).unwrap();
    assert!(unknown.is_unknown());
}

#[test]
fn what_does_not_fit_the_type_is_refused() {
    let ty = object(&[("a", Type::String)]);
    assert!(matches!(from_msgpack(&[0x80], &ty), Err(WireError::Attributes { .. })));
    assert!(matches!(from_msgpack(b"\x81\xa1b\xc0", &ty), Err(WireError::Attributes { .. })));
    assert!(matches!(from_msgpack(b"\x81\xa1a\xc3", &ty), Err(WireError::Mismatch { .. })));
    assert!(from_msgpack(b"\x81\xa1a\xa5x", &ty).is_err());
    assert!(from_msgpack(&[0xa1, 0xff], &Type::String).is_err());
    let deep = vec![0x91; 200];
    let mut ty = Type::String;
    for _ in 0..200 {
        ty = Type::list(ty);
    }
    assert!(matches!(from_msgpack(&deep, &ty), Err(WireError::TooDeep)));
}
