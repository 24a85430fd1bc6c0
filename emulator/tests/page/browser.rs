//! A browser without a window, driven through ChromeDriver (<https://www.w3.org/TR/webdriver2/>).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The name of an element in an answer of WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// For so long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to do when there is no browser.
const INSTALL: &str = "this test needs Chromium and ChromeDriver: on Debian and Ubuntu \
     `apt-get install --no-install-recommends chromium chromium-driver`; the variable CHROMEDRIVER may name the path of ChromeDriver";

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,1000",
];

/// One browser with one page.
pub(crate) struct Browser {
    http: Client,
    session: String,
    port: u16,
    _driver: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    /// Ends the session, and so the browser, also when the test has failed; ChromeDriver alone would leave it behind.
    fn drop(&mut self) {
        let path = self.session.rsplit('/').next().unwrap_or_default();
        let request =
            format!("DELETE /session/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let asked =
                stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(request.as_bytes()));
            // The answer comes when the browser has ended; without one there is nothing more to do.
            let _ = asked.and_then(|()| stream.read(&mut [0; 512]));
        }
    }
}

impl Browser {
    /// Starts ChromeDriver and a browser; `http` asks ChromeDriver.
    pub(crate) async fn start(http: Client) -> Self {
        let program = std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
        let mut driver = Command::new(&program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{program} cannot be started: {error}; {INSTALL}"));
        let port = port(&mut driver).await;
        let profile = tempfile::tempdir().unwrap();
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({ "browserName": "chrome", "acceptInsecureCerts": true,
            "goog:loggingPrefs": { "browser": "ALL" }, "goog:chromeOptions": { "args": flags } });
        let url = format!("http://127.0.0.1:{port}/session");
        let body = json!({ "capabilities": { "alwaysMatch": wanted } });
        let answer: Value = http.post(&url).json(&body).send().await.unwrap().json().await.unwrap();
        let Some(id) = answer["value"]["sessionId"].as_str() else {
            panic!("Chromium cannot be started: {}; {INSTALL}", answer["value"]["message"]);
        };
        Self { http, session: format!("{url}/{id}"), port, _driver: driver, _profile: profile }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, String> {
        let mut request = self.http.request(method, format!("{}/{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        let good = response.status().is_success();
        let mut answer: Value = response.json().await.unwrap();
        if good { Ok(answer["value"].take()) } else { Err(answer["value"]["message"].to_string()) }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, path, Some(body)).await.unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    /// Goes to an address.
    pub(crate) async fn go(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    /// The element of an XPath, once it is there.
    pub(crate) async fn find(&self, xpath: &str) -> String {
        let since = Instant::now();
        loop {
            let body = json!({ "using": "xpath", "value": xpath });
            match self.call(Method::POST, "element", Some(body)).await {
                Ok(found) => return found[ELEMENT].as_str().unwrap().to_owned(),
                Err(why) if since.elapsed() > PATIENCE => {
                    let text = self.run("return document.body.innerText").await;
                    panic!("{xpath} does not appear: {why}; the page is {text}");
                }
                Err(_) => {}
            }
        }
    }

    /// How many elements an XPath has now.
    pub(crate) async fn count(&self, xpath: &str) -> usize {
        let found = self.post("elements", json!({ "using": "xpath", "value": xpath })).await;
        found.as_array().unwrap().len()
    }

    /// The text of an element as it is seen, once it is there.
    pub(crate) async fn text(&self, xpath: &str) -> String {
        let id = self.find(xpath).await;
        let text = self.call(Method::GET, &format!("element/{id}/text"), None).await.unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// Clicks on an element.
    pub(crate) async fn click(&self, xpath: &str) {
        let id = self.find(xpath).await;
        self.post(&format!("element/{id}/click"), json!({})).await;
    }

    /// Writes into a field in place of what it holds.
    pub(crate) async fn write(&self, xpath: &str, text: &str) {
        let id = self.find(xpath).await;
        self.post(&format!("element/{id}/clear"), json!({})).await;
        self.post(&format!("element/{id}/value"), json!({ "text": text })).await;
    }

    /// The value of a script.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// What the browser has written to its console.
    pub(crate) async fn console(&self) -> Value {
        self.post("se/log", json!({ "type": "browser" })).await
    }

    /// The window as a PNG, in base64.
    pub(crate) async fn picture(&self) -> String {
        self.call(Method::GET, "screenshot", None).await.unwrap().as_str().unwrap().to_owned()
    }
}

/// The port ChromeDriver says it listens on.
async fn port(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().unwrap();
        }
    }
    panic!("ChromeDriver ended before it was ready; {INSTALL}")
}
