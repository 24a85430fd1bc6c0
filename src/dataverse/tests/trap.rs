//! A port that nobody should come to.

use std::net::{TcpListener, TcpStream};

pub(super) struct Trap(TcpListener);

impl Trap {
    pub(super) fn set() -> Trap {
        Trap(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// The address of a path there, with a name that the certificate of the stub would be valid for.
    pub(super) fn address(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}/caught", self.0.local_addr().unwrap().port())
    }

    /// Fails if anybody has connected: connections wait in order, and the first must be that of the test itself.
    pub(super) fn assert_untouched(&self) {
        let own = TcpStream::connect(self.0.local_addr().unwrap()).unwrap();
        let (_, first) = self.0.accept().unwrap();
        assert_eq!(first, own.local_addr().unwrap(), "somebody was there before");
    }
}
