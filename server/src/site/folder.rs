//! This platform's own folder: `trust.<hash>.json`, written once, and the two shells that name its SHA-256.

use super::assets::{self, Encoding};
use super::install;
use super::manifest::{File, Manifest};
use app::public::{Contents, Operator};
use app::shell::{self, Asset, Document, Face, Texts};
use domain::language::Language;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

/// Why the site cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A file of the site folder cannot be read or written.
    #[error("the site folder {path}: {source}")]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The manifest in the binary is damaged.
    #[error("the built assets have no readable manifest: {0}")]
    Manifest(#[from] serde_json::Error),
    /// No front has been built into this binary.
    #[error(
        "this binary holds no web application: build it with `cargo xtask wasm`, then build the server again"
    )]
    NotBuilt,
}

/// Everything static that this platform serves.
#[derive(Debug)]
pub struct Site {
    manifest: Manifest,
    trust: Option<(Asset, Vec<u8>)>,
    seeker: Shell,
    staff: Shell,
    /// What browsers read to put the application among the others of an own device.
    install: [String; 2],
}

/// A face's document.
#[derive(Debug)]
pub struct Shell {
    plain: String,
    /// Made when it is first asked for: the best packing would double the time to start.
    packed: OnceLock<Vec<u8>>,
}

impl Shell {
    fn new(plain: String) -> Self {
        Self {
            plain,
            packed: OnceLock::new(),
        }
    }

    /// The document.
    #[must_use]
    pub fn plain(&self) -> &str {
        &self.plain
    }

    /// The same by brotli, quality 11.
    #[must_use]
    pub fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| {
            let mut packed = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: 11,
                size_hint: self.plain.len(),
                ..Default::default()
            };
            let written =
                brotli::BrotliCompress(&mut self.plain.as_bytes(), &mut packed, &parameters);
            // Memory takes everything: nothing can fail.
            drop(written);
            packed
        })
    }
}

/// Writes the trust file into the site folder and returns its name; a later start finds it there and never changes it.
///
/// # Errors
/// [`SiteError::Folder`] if the folder cannot be made or written.
pub fn write_trust(folder: &Path, content: &[u8]) -> Result<PathBuf, SiteError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| SiteError::Folder { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let path = folder.join(format!("trust.{}.json", short_hash(content)));
    fs::write(&path, content).map_err(failed(&path))?;
    Ok(path)
}

impl Site {
    /// Opens the site: the assets of this binary, the trust file of `folder` if it has one; writes the shells anew.
    /// `title` is the operator's neutral word.
    ///
    /// # Errors
    /// [`SiteError`] if the folder or the assets cannot be used.
    pub fn open(folder: &Path, title: &str, operator: &Operator) -> Result<Self, SiteError> {
        let manifest = assets::manifest()?;
        let trust = read_trust(folder)?;
        let named = trust.as_ref().map(|(asset, _)| asset);
        let seeker = render(Face::Seeker, &manifest, named, title, operator)?;
        let staff = render(Face::Staff, &manifest, named, title, operator)?;
        for (name, document) in [("app.html", &seeker), ("team.html", &staff)] {
            let path = folder.join(name);
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, document))
                .map_err(|source| SiteError::Folder { path, source })?;
        }
        Ok(Self {
            manifest,
            trust,
            install: [Face::Seeker, Face::Staff].map(|face| install::manifest(face, title)),
            seeker: Shell::new(seeker),
            staff: Shell::new(staff),
        })
    }

    /// What was built, by logical name: pages find style sheet and scripts here.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The document of a face.
    #[must_use]
    pub fn shell(&self, face: Face) -> &Shell {
        match face {
            Face::Seeker => &self.seeker,
            Face::Staff => &self.staff,
        }
    }

    /// The web application manifest of a face.
    #[must_use]
    pub fn install(&self, face: Face) -> &str {
        let [seeker, staff] = &self.install;
        match face {
            Face::Seeker => seeker,
            Face::Staff => staff,
        }
    }

    /// The trust file, if `path` is its address.
    #[must_use]
    pub fn trust(&self, path: &str) -> Option<&[u8]> {
        self.trust
            .as_ref()
            .filter(|(asset, _)| asset.path == path)
            .map(|(_, content)| content.as_slice())
    }

    /// Gives the whole site away, to be served or hashed by somebody else: assets, trust file, shells.
    ///
    /// # Errors
    /// [`SiteError::Folder`] if `target` cannot be written.
    pub fn export(&self, target: &Path) -> Result<(), SiteError> {
        for file in self.manifest.files.values() {
            for encoding in [Encoding::Identity, Encoding::Brotli, Encoding::Gzip] {
                if let Some(found) = assets::read(file, encoding) {
                    let suffix = encoding
                        .token()
                        .map(|token| token.replace("gzip", "gz"))
                        .map(|token| format!(".{token}"));
                    write(
                        target,
                        &format!("{}{}", file.path, suffix.unwrap_or_default()),
                        &found.bytes,
                    )?;
                }
            }
        }
        if let Some((asset, content)) = &self.trust {
            write(target, &asset.path, content)?;
        }
        for (name, face) in install::PATHS {
            write(target, name, self.install(face).as_bytes())?;
        }
        write(target, "/app.html", self.seeker.plain.as_bytes())?;
        write(target, "/team.html", self.staff.plain.as_bytes())
    }
}

fn write(target: &Path, path: &str, content: &[u8]) -> Result<(), SiteError> {
    let path = target.join(path.trim_start_matches('/'));
    let folder = path.parent().unwrap_or(target);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&path, content))
        .map_err(|source| SiteError::Folder {
            path: path.clone(),
            source,
        })
}

fn read_trust(folder: &Path) -> Result<Option<(Asset, Vec<u8>)>, SiteError> {
    let failed = |source| SiteError::Folder {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("trust.") && name.ends_with(".json") {
            let content = fs::read(entry.path()).map_err(failed)?;
            let asset = Asset {
                path: format!("/site/{name}"),
                integrity: integrity(&content),
            };
            return Ok(Some((asset, content)));
        }
    }
    Ok(None)
}

fn render(
    face: Face,
    manifest: &Manifest,
    trust: Option<&Asset>,
    title: &str,
    operator: &Operator,
) -> Result<String, SiteError> {
    let asset = |name: &str| manifest.file(name).map(as_asset).ok_or(SiteError::NotBuilt);
    let (style, script, program, prefix) = match face {
        Face::Seeker => ("seeker.css", "seeker.js", "seeker.wasm", "texts."),
        Face::Staff => ("staff.css", "staff.js", "staff.wasm", "texts.staff-"),
    };
    let texts = manifest.files.iter().filter_map(|(name, file)| {
        let name = name.strip_prefix(prefix)?;
        // Each face names its own files only.
        Language::from_word(name)?;
        Some(Texts {
            name: name.to_owned(),
            asset: as_asset(file),
        })
    });
    Ok(shell::render(&Document {
        face,
        title: title.to_owned(),
        style: asset(style)?,
        script: asset(script)?,
        program: asset(program)?,
        trust: trust.cloned(),
        postcodes: asset("postcodes")?,
        words: asset("words")?,
        common: asset("common")?,
        phrases: asset("phrases")?,
        texts: texts.collect(),
        icon: asset("icon.svg")?.path,
        exit_url: operator.exit_url.clone(),
        demonstration: operator.demonstration,
        contents: Contents::shipped().map_err(|_| SiteError::NotBuilt)?,
    }))
}

fn as_asset(file: &File) -> Asset {
    Asset {
        path: file.path.clone(),
        integrity: file.integrity.clone(),
    }
}

fn integrity(content: &[u8]) -> String {
    use base64::Engine;
    format!(
        "sha256-{}",
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(content))
    )
}

fn short_hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
