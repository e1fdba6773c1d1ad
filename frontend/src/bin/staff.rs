//! The script of `/team`.

fn main() {
    frontend::begin(app::entry::staff);
}
