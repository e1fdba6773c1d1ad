//! The script of `/app`.

fn main() {
    frontend::begin(app::entry::seeker);
}
