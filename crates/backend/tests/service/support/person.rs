//! Somebody with an account: real keys, real OPAQUE.

use std::sync::OnceLock;

use backend::{Actor, Backend, Begun, Error, SessionToken};
use crypto::identity::{Identity, IdentityKeys};
use crypto::keywrap::{KeyWrap, Purpose};
use crypto::opaque::client::{Login, Registration};
use crypto::opaque::{ExportKey, Parties};
use crypto::random::SystemRandom;
use crypto::recovery::RecoverySecret;
use crypto::vault::Vault;
use crypto::{AccountKey, Digest, Signed};
use domain::account::{
    Confirmation, Consent, RegisterFinish, RegisterStart, Secretive, SignInFinish, SignInStart,
    SignedIn,
};
use domain::factor::{AddFactor, Answer, NewFactor};
use domain::id::{AccountId, AssociationId, ChannelId, InvitationId};
use domain::invitation::Accepting;
use domain::live::WaitLive;
use domain::recovery::NewCode;
use domain::{Blob, work};

use super::World;

/// A person with a session.
pub(crate) struct Person {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) account_key: AccountKey,
    pub(crate) keys: IdentityKeys,
    pub(crate) identity: Signed<Identity>,
    pub(crate) code: RecoverySecret,
    pub(crate) token: SessionToken,
    pub(crate) actor: Actor,
    /// Of the app that is the second factor, and the codes for a lost one.
    pub(crate) app: Option<(App, Vec<String>)>,
}

/// An app that shows codes.
pub(crate) struct App(totp_rs::Totp, Blob);

impl App {
    pub(crate) fn make() -> Self {
        let seed = super::random::<20>();
        let app = totp_rs::Builder::new()
            .with_algorithm(totp_rs::Algorithm::SHA1)
            .with_secret(totp_rs::Secret::new_stack(seed));
        Self(app.build().unwrap(), seed.to_vec().into())
    }

    /// What it shows now.
    pub(crate) fn code(&self, world: &World) -> String {
        let now = u64::try_from(world.now().0 / 1_000).unwrap();
        self.0.generate(now).to_string()
    }

    pub(crate) fn new_factor(&self, world: &World) -> NewFactor {
        NewFactor::App {
            seed: self.1.clone(),
            code: Secretive(self.code(world)),
        }
    }

    pub(crate) fn seed(&self) -> &[u8] {
        self.1.as_slice()
    }
}

impl Person {
    /// Registers without stretching a password: the record is somebody else's, so nobody can sign
    /// in to this account. For tests that are about something else.
    pub(crate) async fn register(
        world: &World,
        consent: Option<Consent>,
        invitation: Option<InvitationId>,
    ) -> Result<Self, Error> {
        let name = format!("name-{}", super::database::hex(&super::random::<6>()));
        let record = any_record();
        let mut new = New::make(world, &name);
        let request = new.finish(record, b"no password", consent, invitation);
        new.begin(world, &super::nobody(), request).await
    }

    /// Somebody who can sign in.
    pub(crate) async fn with_password(
        world: &World,
        name: &str,
        password: &str,
        association: AssociationId,
    ) -> Self {
        let (record, export_key) = stretch(world, name, password).await.unwrap();
        let mut new = New::make(world, name);
        let consent = Some(Consent {
            association,
            version: 1,
        });
        let request = new.finish(&record, export_key.expose(), consent, None);
        new.begin(world, &super::nobody(), request).await.unwrap()
    }

    /// Sets up the app in a session that allows nothing else.
    pub(crate) async fn set_up(&mut self, world: &World) {
        let app = App::make();
        let request = AddFactor {
            confirmation: None,
            new: app.new_factor(world),
        };
        let added = world.backend.factors().add(&self.actor, request).await;
        let added = added.unwrap();
        let codes = added.reply.spare.0.split(' ').map(str::to_owned).collect();
        self.app = Some((app, codes));
        self.token = added.token.unwrap();
        self.again(world).await;
    }

    /// A colleague who can sign in, with an app.
    pub(crate) async fn colleague(world: &World, name: &str, password: &str) -> Self {
        let mut newcomer = Self::new_colleague(world, name, password).await;
        newcomer.set_up(world).await;
        newcomer
    }

    /// The same before there is an app.
    pub(crate) async fn new_colleague(world: &World, name: &str, password: &str) -> Self {
        let (record, export_key) = stretch(world, name, password).await.unwrap();
        let invitation = backend::platform::create_invitation(&world.backend, None).await;
        let invitation = Some(invitation.unwrap());
        let mut new = New::make(world, name);
        let request = new.finish(&record, export_key.expose(), None, invitation);
        new.begin(world, &super::nobody(), request).await.unwrap()
    }

    /// What the app shows now.
    pub(crate) fn shows(&self, world: &World) -> Answer {
        let (app, _) = self.app.as_ref().unwrap();
        Answer::Code(Secretive(app.code(world)))
    }

    /// The question of the live channel's twin, from a tab of its own, without waiting.
    pub(crate) fn question(&self, after: Option<u64>) -> WaitLive {
        WaitLive {
            account: self.account,
            after,
            channel: ChannelId::from_bytes(super::random()),
            wait: false,
            typing: None,
        }
    }

    /// Makes the actor anew: rights have changed.
    pub(crate) async fn again(&mut self, world: &World) {
        let token = Some(self.token.as_str());
        self.actor = world.backend.sessions().resolve(token).await.unwrap();
    }
}

/// A 192-byte record that is well formed.
pub(crate) fn any_record() -> &'static [u8] {
    static RECORD: OnceLock<Vec<u8>> = OnceLock::new();
    RECORD.get_or_init(|| {
        let setup = crypto::opaque::server::Setup::make(&mut SystemRandom);
        let platform = domain::id::PlatformId::from_bytes([1; 16]);
        let (state, request) = Registration::start(&mut SystemRandom, "any").unwrap();
        let response = setup.register(&request, &[0; 32]).unwrap();
        let parties = Parties {
            user_name: "any",
            platform: &platform,
        };
        let (record, _) = state
            .finish(&mut SystemRandom, "any", &response, parties)
            .unwrap();
        record.to_vec()
    })
}

/// What a browser makes for a new account.
pub(crate) struct New {
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) account_key: AccountKey,
    pub(crate) keys: IdentityKeys,
    pub(crate) identity: Signed<Identity>,
    pub(crate) code: RecoverySecret,
}

impl New {
    pub(crate) fn make(world: &World, name: &str) -> Self {
        let account = AccountId::from_bytes(super::random());
        let keys = IdentityKeys::make(&mut SystemRandom);
        let platform = &world.trust.platform_id;
        let identity = keys
            .record(platform, account, world.now().day(), 1)
            .unwrap();
        Self {
            account,
            name: name.to_owned(),
            account_key: AccountKey::make(&mut SystemRandom),
            keys,
            identity,
            code: RecoverySecret::make(&mut SystemRandom),
        }
    }

    pub(crate) fn vault(&self, version: u64) -> Vault {
        let rng = &mut SystemRandom;
        Vault::seal(rng, &self.account_key, &self.account, version, b"content").unwrap()
    }

    pub(crate) fn finish(
        &mut self,
        record: &[u8],
        ikm: &[u8],
        consent: Option<Consent>,
        invitation: Option<InvitationId>,
    ) -> RegisterFinish {
        let rng = &mut SystemRandom;
        let purpose = Purpose::Password;
        let key_wrap = KeyWrap::seal(rng, purpose, &self.account, ikm, &self.account_key).unwrap();
        RegisterFinish {
            user_name: Secretive(self.name.clone()),
            record: record.into(),
            identity: self.identity.as_bytes().into(),
            key_wrap: key_wrap.as_bytes().to_vec().into(),
            vault: self.vault(1).as_bytes().into(),
            consent,
            invitation: invitation.map(|id| Accepting {
                id,
                answer: Blob::default(),
            }),
            work: None,
            code: new_code(&self.code, self.account, &self.account_key),
            reference: None,
        }
    }

    /// The last step; the first one's work is done, for a name of its own.
    pub(crate) async fn begin(
        self,
        world: &World,
        actor: &Actor,
        mut request: RegisterFinish,
    ) -> Result<Person, Error> {
        let (_, start) = Registration::start(&mut SystemRandom, "any").unwrap();
        let start = RegisterStart {
            user_name: Secretive(format!(
                "other-{}",
                super::database::hex(&super::random::<6>())
            )),
            request: start.to_vec().into(),
            work: world.work(work::Purpose::Registration),
        };
        let started = world
            .backend
            .accounts()
            .register_start(actor, start)
            .await?;
        request.work = Some(started.work);
        let begun = world
            .backend
            .accounts()
            .register_finish(actor, request)
            .await?;
        assert_eq!(begun.reply.account, self.account);
        let token = Some(begun.token.as_str());
        let actor = world.backend.sessions().resolve(token).await?;
        Ok(Person {
            account: self.account,
            name: self.name,
            account_key: self.account_key,
            keys: self.keys,
            identity: self.identity,
            code: self.code,
            token: begun.token,
            actor,
            app: None,
        })
    }
}

/// OPAQUE's registration, as a browser does it: the record, and the export key.
pub(crate) async fn stretch(
    world: &World,
    name: &str,
    password: &str,
) -> Result<([u8; 192], ExportKey), Error> {
    let (state, request) = Registration::start(&mut SystemRandom, password).unwrap();
    let request = RegisterStart {
        user_name: Secretive(name.to_owned()),
        request: request.to_vec().into(),
        work: world.work(work::Purpose::Registration),
    };
    let accounts = world.backend.accounts();
    let started = accounts.register_start(&super::nobody(), request).await?;
    let parties = Parties {
        user_name: name,
        platform: &world.trust.platform_id,
    };
    let response = started.response.as_slice();
    Ok(state
        .finish(&mut SystemRandom, password, response, parties)
        .unwrap())
}

/// What a client sends of a new code.
pub(crate) fn new_code(code: &RecoverySecret, account: AccountId, key: &AccountKey) -> NewCode {
    let (rng, wrap) = (&mut SystemRandom, code.derive_wrap().unwrap());
    let wrap = KeyWrap::seal(rng, Purpose::Recovery, &account, wrap.expose(), key).unwrap();
    NewCode {
        id: code.derive_id().unwrap().to_vec().into(),
        proof_hash: Digest::of(code.derive_proof().unwrap().expose())
            .as_bytes()
            .to_vec()
            .into(),
        key_wrap: wrap.as_bytes().to_vec().into(),
    }
}

/// How a sign-in went on the client's side.
pub(crate) struct Attempt {
    pub(crate) finish: SignInFinish,
    pub(crate) export_key: Option<ExportKey>,
}

/// OPAQUE's login up to its last step. With a wrong password or an unknown name the client cannot
/// finish; then it sends 64 bytes of nothing.
pub(crate) async fn try_sign_in(
    world: &World,
    name: &str,
    password: &str,
) -> Result<Attempt, Error> {
    try_sign_in_at(&world.backend, world, name, password).await
}

/// The same at another process of the platform.
pub(crate) async fn try_sign_in_at(
    backend: &Backend,
    world: &World,
    name: &str,
    password: &str,
) -> Result<Attempt, Error> {
    let (state, request) = Login::start(&mut SystemRandom, password).unwrap();
    let request = SignInStart {
        user_name: Secretive(name.to_owned()),
        request: request.to_vec().into(),
        work: super::work_at(backend, work::Purpose::SignIn),
    };
    let accounts = backend.accounts();
    let started = accounts.sign_in_start(&super::nobody(), request).await?;
    assert_eq!(started.response.as_slice().len(), 320);
    let parties = Parties {
        user_name: name,
        platform: &world.trust.platform_id,
    };
    let response = started.response.as_slice();
    let finished = state.finish(&mut SystemRandom, password, response, parties);
    let (finish, export_key) = match finished {
        Ok(finished) => (finished.finalization.to_vec(), Some(finished.export_key)),
        Err(_) => (vec![0; 64], None),
    };
    Ok(Attempt {
        finish: SignInFinish {
            state: started.state,
            finish: finish.into(),
        },
        export_key,
    })
}

/// The password, typed once more.
pub(crate) async fn confirmation(world: &World, name: &str, password: &str) -> Confirmation {
    let attempt = try_sign_in(world, name, password).await.unwrap();
    Confirmation {
        state: attempt.finish.state,
        finish: attempt.finish.finish,
    }
}

pub(crate) async fn sign_in(
    world: &World,
    name: &str,
    password: &str,
) -> Result<Begun<SignedIn>, Error> {
    let attempt = try_sign_in(world, name, password).await?;
    let accounts = world.backend.accounts();
    accounts
        .sign_in_finish(&super::nobody(), attempt.finish)
        .await
}
