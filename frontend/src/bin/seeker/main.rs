//! The script of `/app`.

mod parts;

fn main() {
    frontend::begin(|| app::entry::seeker(parts::load), parts::answer);
}
