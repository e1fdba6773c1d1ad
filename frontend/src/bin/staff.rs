//! The script of `/team`.

fn main() {
    app::entry::staff();
}
