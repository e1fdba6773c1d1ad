//! `target/site`: every file under a name with its hash, packed twice, and the manifest that the server reads.

use super::bindgen::Program;
use super::{Profile, divide, policy};
use crate::{fresh, place};
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the site into a folder beside its place, and takes its place when it is complete.
pub(crate) struct Writer {
    profile: Profile,
    folder: PathBuf,
    files: BTreeMap<String, Value>,
}

/// What was built, by logical name.
pub(crate) struct Built {
    /// As in `manifest.json`.
    pub(crate) files: BTreeMap<String, Value>,
}

impl Built {
    /// Bytes over the wire, with brotli if that is smaller.
    pub(crate) fn brotli(&self, name: &str) -> Option<u64> {
        let file = self.files.get(name)?;
        file.get("br")
            .and_then(Value::as_u64)
            .or_else(|| file.get("bytes").and_then(Value::as_u64))
    }
}

/// The manifest of the last build.
pub(crate) fn read_manifest() -> Result<Built> {
    let content = fs::read(place::site().join("manifest.json"))
        .context("the web application has not been built")?;
    let mut value: Value = serde_json::from_slice(&content)?;
    let files = value
        .get_mut("files")
        .and_then(Value::as_object_mut)
        .context("manifest.json lists no files")?;
    Ok(Built {
        files: std::mem::take(files).into_iter().collect(),
    })
}

/// Whether the last build is still there.
pub(crate) fn is_complete() -> bool {
    place::site().join("manifest.json").exists()
}

impl Writer {
    /// Begins with an empty folder.
    pub(crate) fn begin(profile: Profile) -> Result<Self> {
        let folder = place::site().with_extension("new");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self {
            profile,
            folder,
            files: BTreeMap::new(),
        })
    }

    /// Writes a program: the WASM and its parts, then the script that names the integrity of each.
    pub(crate) fn program(&mut self, name: &str, program: Program) -> Result<()> {
        let mut glue = program.glue;
        for (part, bytes) in program.parts {
            let path = self.add(
                &format!("{name}.{part}.wasm"),
                "pkg",
                (&format!("{name}-{part}"), "wasm"),
                "application/wasm",
                &bytes,
            )?;
            glue = glue.replace(
                &divide::load(&part),
                &policy::load(&path, &integrity(&bytes)),
            );
        }
        let wasm = self.add(
            &format!("{name}.wasm"),
            "pkg",
            (name, "wasm"),
            "application/wasm",
            &program.wasm,
        )?;
        let script = policy::script(
            &glue,
            &policy::load(&wasm, &integrity(&program.wasm)),
            self.profile == Profile::Dev,
        );
        self.add(
            &format!("{name}.js"),
            "pkg",
            (name, "js"),
            "text/javascript; charset=utf-8",
            script.as_bytes(),
        )?;
        Ok(())
    }

    /// Writes any other file with a hash in its name.
    pub(crate) fn hashed(
        &mut self,
        name: &str,
        extension: &str,
        content_type: &str,
        bytes: &[u8],
    ) -> Result<String> {
        let stem = name
            .strip_suffix(&format!(".{extension}"))
            .unwrap_or(name)
            .to_owned();
        self.add(name, "assets", (&stem, extension), content_type, bytes)
    }

    /// Files of `public/`, served as they are under their own name.
    pub(crate) fn public_files(&mut self) -> Result<()> {
        let folder = place::root().join("public");
        for path in fresh::walk(&folder)? {
            let name = path
                .strip_prefix(&folder)?
                .to_string_lossy()
                .replace('\\', "/");
            let content_type = content_type(&path)
                .with_context(|| format!("public/{name}: no content type known for it"))?;
            self.write(&name, &format!("/{name}"), content_type, &fs::read(&path)?)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        name: &str,
        folder: &str,
        (stem, extension): (&str, &str),
        content_type: &str,
        bytes: &[u8],
    ) -> Result<String> {
        let path = format!("/{folder}/{stem}.{}.{extension}", fresh::short_hash(bytes));
        self.write(name, &path, content_type, bytes)?;
        Ok(path)
    }

    fn write(&mut self, name: &str, path: &str, content_type: &str, bytes: &[u8]) -> Result<()> {
        let target = self.folder.join(path.trim_start_matches('/'));
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&target, bytes)?;
        let keep = |packed: Vec<u8>, suffix: &str| -> Result<Option<usize>> {
            // What does not become smaller (pictures) is sent as it is.
            if packed.len() >= bytes.len() {
                return Ok(None);
            }
            fs::write(format!("{}{suffix}", target.display()), &packed)?;
            Ok(Some(packed.len()))
        };
        let br = keep(brotli(bytes, self.profile)?, ".br")?;
        let gz = keep(gzip(bytes)?, ".gz")?;
        let entry = json!({
            "path": path, "integrity": integrity(bytes), "type": content_type, "bytes": bytes.len(), "br": br, "gz": gz,
        });
        self.files.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Writes the manifest and puts the folder in its place.
    pub(crate) fn finish(self) -> Result<Built> {
        fs::write(
            self.folder.join("manifest.json"),
            serde_json::to_vec_pretty(&json!({ "files": self.files }))?,
        )?;
        replace(&self.folder, &place::site())?;
        Ok(Built { files: self.files })
    }
}

/// Puts the new files in place, then removes what is no longer listed. The folder itself stays, and the manifest
/// comes last: a server that reads it meanwhile finds every file that it names.
fn replace(new: &Path, place: &Path) -> Result<()> {
    fs::create_dir_all(place)?;
    let mut kept = BTreeSet::new();
    let mut files = fresh::walk(new)?;
    files.sort_by_key(|file| file.ends_with("manifest.json"));
    for file in files {
        let target = place.join(file.strip_prefix(new)?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let same = fs::read(&target).is_ok_and(|old| fs::read(&file).is_ok_and(|new| old == new));
        if !same {
            fs::rename(&file, &target)?;
        }
        kept.insert(target);
    }
    for old in fresh::walk(place)? {
        if !kept.contains(&old) {
            fs::remove_file(old)?;
        }
    }
    fs::remove_dir_all(new)?;
    Ok(())
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

fn brotli(bytes: &[u8], profile: Profile) -> Result<Vec<u8>> {
    let quality = if profile == Profile::Dev { 4 } else { 11 };
    let params = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn content_type(path: &Path) -> Option<&'static str> {
    Some(match path.extension()?.to_str()? {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_is_the_browsers_form() {
        assert_eq!(
            integrity(b"abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }

    #[test]
    fn packed_bytes_unpack_to_the_same() {
        let text = "Beratung ".repeat(200).into_bytes();
        let packed = brotli(&text, Profile::Release).unwrap();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &*packed, &mut back).unwrap();
        assert_eq!(back, text);
        assert!(packed.len() < 100 && gzip(&text).unwrap().len() < 100);
    }
}
