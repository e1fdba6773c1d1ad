//! `beistand trust`: the platform's admins. Their accounts are made in a browser; here the root says who they are.

use super::{Signing, say};
use crate::address::PublicUrl;
use crate::fault::Fault;
use crate::folder::Folder;
use crate::settings::Settings;
use backend::platform::{self, RootSeed};
use backend::{Config, Purpose};
use domain::Refusal;
use domain::words::{self, Words};
use std::fs;
use std::path::Path;

const LIST: &str = include_str!("../../../data/words_de.txt");

/// Makes the link for an admin of the platform, and says what comes after it.
pub(super) async fn invite(data: &Path) -> Result<(), Fault> {
    let folder = Folder::new(data);
    let settings = Settings::read(&folder)?;
    let address: PublicUrl = match &settings.public_url {
        Some(address) => address.parse()?,
        None => {
            return Err(Fault::new(
                "The settings do not say where browsers find the platform.",
                "Write `public_url = \"https://…\"` into beistand.toml.",
            ));
        }
    };
    let invitation = platform::invite(&config(&folder, &settings)?).await?;
    say("An admin of the platform makes an account with this link, once and within 72 hours:");
    say(&format!(
        "  {address}/team#invitation={}",
        invitation.to_hex()
    ));
    say(
        "Then the screen shows eight words. Compare them by telephone or in person, and list the admin:",
    );
    say(&format!(
        "  beistand trust certify-admin WORD WORD WORD WORD WORD WORD WORD WORD --data {}",
        data.display()
    ));
    Ok(())
}

/// Lists somebody.
pub(super) async fn certify(arguments: &Signing) -> Result<(), Fault> {
    let asked = Asked::read(arguments)?;
    let done = platform::certify_by_code(&asked.config, &asked.root, asked.code).await?;
    done.map_err(|refusal| refused(&refusal))?;
    say(
        "Done: the person with these words is admin of the platform, from the next page that they load.",
    );
    Ok(())
}

/// Ends it.
pub(super) async fn retire(arguments: &Signing) -> Result<(), Fault> {
    let asked = Asked::read(arguments)?;
    let done = platform::retire_by_code(&asked.config, &asked.root, asked.code).await?;
    done.map_err(|refusal| refused(&refusal))?;
    say(
        "Done: the person with these words is no longer admin of the platform. What they signed stays valid.",
    );
    Ok(())
}

fn config(folder: &Folder, settings: &Settings) -> Result<Config, Fault> {
    folder.config(Purpose::Real, settings.database_url.as_deref())
}

fn refused(refusal: &Refusal) -> Fault {
    match refusal {
        Refusal::NotFound => Fault::new(
            "Nobody has these words.",
            "Compare them once more with the person. If they are right, do not go on: somebody stands between you.",
        ),
        Refusal::IdTaken => Fault::new("This person is admin already.", "There is nothing to do."),
        Refusal::SignatureInvalid => Fault::new(
            "The seed is not that of this platform's root.",
            "Name the right file with `--root FILE`.",
        ),
        other => Fault::new(format!("It was refused: {other}."), "Try again."),
    }
}

/// What is signed, and by what.
struct Asked {
    config: Config,
    root: RootSeed,
    code: [u16; 8],
}

impl Asked {
    fn read(arguments: &Signing) -> Result<Self, Fault> {
        let code = code(&arguments.words)?;
        let folder = Folder::new(&arguments.data.data);
        let settings = Settings::read(&folder)?;
        let own = folder.root_seed();
        Ok(Self {
            root: seed(arguments.root.as_deref().unwrap_or(&own))?,
            config: config(&folder, &settings)?,
            code,
        })
    }
}

/// Eight words in one argument or in eight, whole or by their first four letters.
fn code(typed: &[String]) -> Result<[u16; 8], Fault> {
    let list: Words = words::parse(LIST).map_err(|error| {
        Fault::new(
            format!("The list of words is broken: {error}."),
            "Report this.",
        )
    })?;
    let typed = typed.join(" ");
    let mut code = Vec::with_capacity(8);
    for word in typed
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
    {
        let number = list.number(word).ok_or_else(|| {
            Fault::new(
                format!("`{word}` is none of the words."),
                "Type them as the person's screen shows them.",
            )
        })?;
        code.push(number);
    }
    let count = code.len();
    code.try_into().map_err(|_| {
        Fault::new(
            format!("There have to be eight words; these are {count}."),
            "Type all of them.",
        )
    })
}

/// The file as `init` wrote it, or its 64 hexadecimal digits with any spaces: what is on paper.
fn seed(path: &Path) -> Result<RootSeed, Fault> {
    let bytes = fs::read(path).map_err(|error| {
        Fault::new(
            format!(
                "The root's seed cannot be read at {}: {error}.",
                path.display()
            ),
            "Name the file with `--root FILE`; it may lie on another medium.",
        )
    })?;
    RootSeed::from_slice(&bytes)
        .or_else(|| RootSeed::from_slice(&typed_off(&bytes)?))
        .ok_or_else(|| {
            Fault::new(
                format!("{} holds no seed.", path.display()),
                "It has 32 bytes, or the 64 digits from the paper.",
            )
        })
}

fn typed_off(bytes: &[u8]) -> Option<Vec<u8>> {
    let digits = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    let values: Option<Vec<u8>> = digits
        .map(|digit| char::from(*digit).to_digit(16))
        .map(|value| u8::try_from(value?).ok())
        .collect();
    let values = values?;
    let pairs = values.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]);
    Some(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_paper_are_read_as_people_type_them() {
        let list = words::parse(LIST).unwrap();
        let code_of = [0, 1, 2, 3, 1000, 1500, 2046, 2047];
        let spoken = code_of.map(|number| list.word(number).to_uppercase());
        assert_eq!(code(&spoken).unwrap(), code_of);
        assert_eq!(code(&[spoken.join(", ")]).unwrap(), code_of);
        assert!(code(&spoken[1..]).unwrap_err().what.contains("these are 7"));
        assert!(
            code(&["qqqq".to_owned()])
                .unwrap_err()
                .what
                .contains("qqqq")
        );
        let paper = b"00 01 02 03\n0405 FF fe\n";
        let bytes = [0, 1, 2, 3, 4, 5, 255, 254];
        assert_eq!(typed_off(paper).unwrap(), bytes);
        assert_eq!(typed_off(b"00 0g"), None);
    }
}
