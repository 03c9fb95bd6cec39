"""The name of every environment variable that this package reads."""

ACCOUNT_SID = "TWILIO_ACCOUNT_SID"
AUTH_TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105 - the name of a variable
API_KEY = "TWILIO_API_KEY"
API_SECRET = "TWILIO_API_SECRET"  # noqa: S105 - likewise
REGION = "TWILIO_REGION"
EDGE = "TWILIO_EDGE"
CONFIG_DIR = "TWILIO_CONFIG_DIR"
BASE_URL = "FLEXFLOWS_BASE_URL"

HTTPS_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
"""In the order in which curl looks for the proxy of an https URL."""
NO_PROXIES = ("no_proxy", "NO_PROXY")

CERTIFICATE_FILE = "SSL_CERT_FILE"
CERTIFICATE_FOLDER = "SSL_CERT_DIR"
CERTIFICATE_BUNDLES = ("CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")
