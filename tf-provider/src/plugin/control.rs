//! The services that every plugin has beside its own: shutdown, standard streams, broker and health.

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use tonic::{Request, Response, Status, Streaming};

use super::lifecycle::{Ending, Lifecycle};
use super::proto::goplugin::grpc_broker_server::GrpcBroker;
use super::proto::goplugin::grpc_controller_server::GrpcController;
use super::proto::goplugin::grpc_stdio_server::GrpcStdio;
use super::proto::goplugin::{ConnInfo, Empty, StdioData};

/// The host's control over the process.
pub(crate) struct Controller(pub(crate) Lifecycle);

#[tonic::async_trait]
impl GrpcController for Controller {
    /// Answers, then the server ends: it lets calls in flight finish, this one among them.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.end(Ending::Shutdown);
        Ok(Response::new(Empty {}))
    }
}

/// The plugin's standard streams: nothing is ever sent, because the host logs what it gets as unexpected.
pub(crate) struct Stdio(pub(crate) Lifecycle);

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = BoxStream<'static, Result<StdioData, Status>>;

    /// Stays open until the server ends.
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        let lifecycle = self.0.clone();
        let closed = async move {
            lifecycle.ended().await;
        };
        Ok(Response::new(closed.into_stream().filter_map(|()| async { None }).boxed()))
    }
}

/// Further connections, which providers do not have.
pub(crate) struct Broker;

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = BoxStream<'static, Result<ConnInfo, Status>>;

    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Err(Status::unimplemented("this plugin has no brokered connections"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn shutdown_answers_and_ends_the_process() {
        let lifecycle = Lifecycle::new();
        Controller(lifecycle.clone()).shutdown(Request::new(Empty {})).await.expect("an answer");
        assert_eq!(lifecycle.ended().await, Ending::Shutdown);
    }

    #[tokio::test]
    async fn the_stream_of_output_is_silent_and_closes_when_the_server_ends() {
        let lifecycle = Lifecycle::new();
        let mut stream =
            Stdio(lifecycle.clone()).stream_stdio(Request::new(())).await.expect("a stream").into_inner();
        assert!(stream.next().now_or_never().is_none(), "it stays open");
        lifecycle.end(Ending::Shutdown);
        assert!(stream.next().await.is_none(), "it closes without data");
    }
}
