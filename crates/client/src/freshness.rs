//! "This manifest is current": said by leads and admins, without anybody being asked.

use crypto::Signed;
use crypto::trust::Freshness;
use domain::Blob;
use domain::agency::PublishFreshness;

use crate::call::call;
use crate::error::Error;
use crate::session::Session;
use crate::trust::Agency;
use crate::world::World;

/// Days after which it is said again.
const DAYS: u32 = 7;

/// Says it for an agency that was not heard of for more than a week, if it is ours to say.
pub(crate) async fn report<W: World>(session: &Session<W>, agency: &Agency) -> Result<(), Error> {
    let today = session.client().world().now().day();
    let listed = agency.current.staff(&session.account()).filter(|staff| {
        staff.roles.has_any(Freshness::ROLES) && staff.identity_hash == session.identity().digest()
    });
    let Some(listed) = listed.filter(|_| today.since(agency.heard()) > DAYS) else {
        return Ok(());
    };
    let statement = Freshness {
        agency: agency.id(),
        seq: agency.current.seq,
        manifest_hash: agency.current.digest(),
        day: today,
        serial: listed.serial,
    };
    let platform = &session.client().platform().id;
    let signed = session.with_keys(|keys| Signed::sign(statement, platform, &keys.sig))?;
    let statement = Blob::from(signed.as_bytes());
    call(session.client().transport(), PublishFreshness { statement }).await?;
    Ok(())
}
