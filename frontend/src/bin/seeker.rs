//! The script of `/app`.

fn main() {
    app::entry::seeker();
}
