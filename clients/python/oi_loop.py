"""Plugs an open-interest tracker into OI Loop: this one file, Python 3.9 or later, the standard library only.

    from oi_loop import OiLoopClient

    oi_loop = OiLoopClient()                # OI_LOOP_ENDPOINT or OI_LOOP_ENVIRONMENT says where it is
    oi_loop.tap(feature_job)                # never waits, never raises
    answer = oi_loop.score("NSE", snapshot=feature_job)   # after 300 ms HOLD with hold_reason "timeout"
    oi_loop.report_trade("T-17", "executed", recommendation_id=answer["id"], symbol=answer["symbol"], ...)
    oi_loop.close(5)                        # sends what is left; what cannot be sent stays on disk

OiLoopSignalGenerator(exchange) stands where the tracker makes its own signal generator, and answers in its form.

What is tapped is written to a spool on disk first and posted from there in order, so that a broken line, a restart or a
kill loses none of it and the loop stores each snapshot once. OI_LOOP_ENABLED=0 (or enabled=False) switches all of it
off: no thread, no file, no request. Only a wrong construction raises (Misconfigured).
"""
from __future__ import annotations

import atexit
import collections
import configparser
import datetime
import email.utils
import gzip
import hashlib
import hmac
import http.client
import io
import json
import logging
import math
import numbers
import os
import pathlib
import queue
import random
import re
import shlex
import ssl
import subprocess
import threading
import time
import urllib.parse

__all__ = [
    "Credentials", "Misconfigured", "OiLoopClient", "OiLoopSignalGenerator", "chain_snapshot", "sign", "snapshot_of",
]

LOG = logging.getLogger("oi_loop")
INDIA = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
UTC = datetime.timezone.utc
MACRO_KEYS = (
    "fii_dii_net", "usdinr_trend", "crude_trend", "banknifty_correlation", "risk_on_score", "news_sentiment_score",
    "vix_contango_pct", "term_structure_spread",
)
EXCHANGES = ("NSE", "BSE", "NSE_MONTHLY", "BANKNIFTY_MONTHLY")

#: Bodies from this size on are sent as application/gzip.
GZIP_FROM_BYTES = 2048
#: A request stays well below the API's 4 MB.
MOST_SNAPSHOTS = 60
MOST_BYTES = 3_000_000
#: No answer of the API is longer: what is, comes from somebody else.
MOST_ANSWER_BYTES = 8_000_000
#: The API takes a timestamp within ten minutes as live; what is older is told as a backfill.
LIVE_SECONDS = 8 * 60
#: Clocks that differ by more than this are brought together by the answer's Date.
SKEW_SECONDS = 60


class Misconfigured(ValueError):
    """The client cannot be made as it was asked for; says what was expected and what was there."""


# ---------------------------------------------------------------------------------------------------------------------
# The tracker's chain as a snapshot


def chain_snapshot(
    exchange, timestamp, expiry, underlying_price, atm_strike, calls, puts, *,
    future_price=None, future_oi=None, vix=None, macro=None, underlying_volume=None, lot_size=1,
):
    """The body of POST /v1/snapshots from the tracker's own rows.

    calls, puts: rows with strike, symbol, latest_oi (or oi), volume, ltp, iv, best_bid, best_ask, bid_quantity and
    ask_quantity; a Kite tick's five-level `depth` goes along where a row has it. Prices are rupees or index points, iv
    and vix percent (10.9). A time without a zone is Indian time. OI, volume and quantities are units; where the feed
    counts lots, lot_size is the units of a lot.
    What is missing becomes null: None, NaN, infinities, and a price of 0, which is how the feed says that there is none.
    Rows without symbol or strike are left out. Nothing else is judged here: the API says what it refuses and why.
    """
    legs = [_leg(row, "CE", lot_size) for row in calls] + [_leg(row, "PE", lot_size) for row in puts]
    return {
        "schema": 1,
        "exchange": exchange,
        "timestamp": _moment(timestamp),
        "expiry": expiry.isoformat()[:10] if isinstance(expiry, datetime.date) else str(expiry)[:10],
        "underlying_price": _price(underlying_price),
        "underlying_volume": _whole(underlying_volume),
        "atm_strike": _price(atm_strike),
        "future_price": _price(future_price),
        "future_oi": _whole(future_oi, lot_size),
        "vix": _price(vix),
        "macro": {key: _number((macro or {}).get(key)) for key in MACRO_KEYS} if macro is not None else None,
        "legs": [leg for leg in legs if leg is not None],
    }


def snapshot_of(source):
    """A snapshot from what the tracker has in hand: its feature job, the payload around one, or a snapshot as it is.

    A feature job is any object with exchange, timestamp, spot_ltp, atm, calls, puts, futures_price, fut_oi, vix_value and
    handler_snapshot (expiry_date, macro_feature_cache).
    """
    if isinstance(source, dict):
        return snapshot_of(source["feature_job"]) if "feature_job" in source else source
    handler = source.handler_snapshot
    return chain_snapshot(
        source.exchange, source.timestamp, handler.expiry_date, source.spot_ltp, source.atm, source.calls, source.puts,
        future_price=source.futures_price, future_oi=source.fut_oi, vix=source.vix_value,
        macro=handler.macro_feature_cache,
    )


def _leg(row, option_type, lot_size):
    symbol, strike = row.get("symbol"), _price(row.get("strike"))
    if not symbol or symbol == "N/A" or strike is None:
        return None
    leg = {
        "symbol": symbol,
        "strike": strike,
        "option_type": option_type,
        "ltp": _price(row.get("ltp")),
        "oi": _whole(row.get("latest_oi", row.get("oi")), lot_size),
        "volume": _whole(row.get("volume"), lot_size),
        "iv": _price(row.get("iv")),
        "best_bid": _price(row.get("best_bid")),
        "best_ask": _price(row.get("best_ask")),
        "bid_quantity": _whole(row.get("bid_quantity"), lot_size),
        "ask_quantity": _whole(row.get("ask_quantity"), lot_size),
    }
    depth = row.get("depth")
    if depth:
        leg["depth"] = {side: _levels(depth.get(side) or [], lot_size) for side in ("buy", "sell")}
    return leg


def _levels(levels, lot_size):
    found = []
    for level in levels[:5]:
        price, quantity = _price(level.get("price")), _whole(level.get("quantity"), lot_size)
        if price is None or quantity is None:
            continue
        orders = _whole(level.get("orders"))
        found.append({"price": price, "quantity": quantity, **({} if orders is None else {"orders": orders})})
    return found


def _number(value):
    """A finite number, as int where it is one; None for whatever is none."""
    if value is None or isinstance(value, (bool, str)):
        return None
    if isinstance(value, numbers.Integral):
        return int(value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _price(value):
    number = _number(value)
    return None if number == 0 else number


def _whole(value, lot_size=1):
    number = _number(value)
    if number is None:
        return None
    number *= lot_size
    return int(number) if number == int(number) else None


def _moment(value):
    """ISO 8601 with an offset; a time without one is Indian time."""
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, numbers.Real):
        value = datetime.datetime.fromtimestamp(float(value), UTC)
    if value.tzinfo is None:
        value = value.replace(tzinfo=INDIA)
    # The API keeps milliseconds: what is finer would make two snapshots of one.
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _seconds(text):
    """Epoch seconds of a snapshot's timestamp; None when it is none."""
    try:
        return datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return None


def _utc(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value):
    """What json cannot write by itself: dates, and numbers of other libraries."""
    if isinstance(value, datetime.datetime):
        return _moment(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"expected what JSON can hold, was {type(value).__name__}")


def _json(value):
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False, default=_plain).encode()
    except ValueError as error:
        raise ValueError(f"{_not_finite(value) or 'body'}: expected a finite number or null, was none") from error


def _not_finite(value, path=""):
    """The path of the first number that is NaN or infinite."""
    if isinstance(value, dict):
        pairs = ((f"{path}.{key}" if path else str(key), part) for key, part in value.items())
    elif isinstance(value, (list, tuple)):
        pairs = ((f"{path}[{at}]", part) for at, part in enumerate(value))
    else:
        return path if isinstance(value, float) and not math.isfinite(value) else None
    return next((found for where, part in pairs for found in [_not_finite(part, where)] if found), None)


# ---------------------------------------------------------------------------------------------------------------------
# AWS Signature Version 4


class Credentials(collections.namedtuple("Credentials", "access_key secret_key token", defaults=(None,))):
    """A key pair, and the session token that belongs to temporary ones."""

    def __repr__(self):
        return f"Credentials({self.access_key!r}, ...)"


def sign(method, path, query, headers, body, credentials, *, region, service, amz_date):
    """The headers of a request with its signature added.

    path: as it is sent; query: a list of (name, value); headers: all of these are signed, `Host` among them;
    amz_date: `20150830T123600Z`. Example: AWS's test `get-vanilla` ends in 5fa00fa3...63fbf31.
    """
    signed = {name.lower(): " ".join(str(value).split()) for name, value in headers.items()}
    signed["x-amz-date"] = amz_date
    if credentials.token:
        signed["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(signed))
    lines = [f"{name}:{signed[name]}" for name in sorted(signed)]
    canonical = "\n".join([
        method,
        urllib.parse.quote(path, safe="/-_.~"),
        _canonical_query(query),
        *lines,
        "",
        names,
        hashlib.sha256(body).hexdigest(),
    ])
    scope = f"{amz_date[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", amz_date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{credentials.secret_key}".encode()
    for part in (amz_date[:8], region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return {**signed, "authorization": authorization}


def _canonical_query(query):
    pairs = sorted((urllib.parse.quote(n, safe="-_.~"), urllib.parse.quote(v, safe="-_.~")) for n, v in query)
    return "&".join(f"{name}={value}" for name, value in pairs)


class _CredentialChain:
    """Keys from the environment, a profile's file or a profile's credential_process; read again when they expire."""

    def __init__(self, profile):
        self._profile = profile
        self._lock = threading.Lock()
        self._found, self._until = None, 0.0

    def get(self):
        with self._lock:
            if self._found is None or time.time() > self._until:
                self._found, self._until = self._read()
            return self._found

    def forget(self):
        with self._lock:
            self._found = None

    def _read(self):
        env = os.environ
        if self._profile is None and env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY"):
            keys = Credentials(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], env.get("AWS_SESSION_TOKEN"))
            return keys, math.inf
        name = self._profile or env.get("AWS_PROFILE") or "default"
        values = self._profile_values(name)
        if "credential_process" in values and "aws_access_key_id" not in values:
            return self._ask(values["credential_process"])
        if "aws_access_key_id" in values and "aws_secret_access_key" in values:
            keys = [values["aws_access_key_id"], values["aws_secret_access_key"], values.get("aws_session_token")]
            # Somebody renews such a file; it is looked at again now and then.
            return Credentials(*keys), time.time() + 300
        raise Misconfigured(
            f"credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile {name} with keys or a "
            "credential_process, was none; for a role write credential_process = aws configure export-credentials "
            "--profile ROLE --format process"
        )

    @staticmethod
    def _profile_values(name):
        home = pathlib.Path.home() / ".aws"
        config = configparser.RawConfigParser()
        shared = configparser.RawConfigParser()
        try:
            config.read(os.environ.get("AWS_CONFIG_FILE") or home / "config")
            shared.read(os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials")
        except (configparser.Error, UnicodeDecodeError, OSError) as error:
            # Their words quote the line, which may be a secret key.
            was = type(error).__name__
            raise Misconfigured(f"profile {name}: expected readable files config and credentials, was {was}") from None
        found = {}
        for parser, section in ((config, name if name == "default" else f"profile {name}"), (shared, name)):
            if parser.has_section(section):
                found.update(parser.items(section))
        return found

    @staticmethod
    def _ask(command):
        try:
            # Windows has its own rules for quoting: there the command goes as it is.
            words = command if os.name == "nt" else shlex.split(command)
            said = subprocess.run(words, capture_output=True, check=True, timeout=30).stdout
            answer = json.loads(said)
            keys = Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken"))
        except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            raise Misconfigured(f"credential_process: expected keys as JSON, was {type(error).__name__}") from error
        expires = _seconds(answer["Expiration"]) if answer.get("Expiration") else None
        return keys, math.inf if expires is None else expires - 300


class _GivenKeys:
    def __init__(self, credentials):
        self._credentials = Credentials(*credentials)

    def get(self):
        return self._credentials

    def forget(self):
        """Given keys are all there is."""


# ---------------------------------------------------------------------------------------------------------------------
# Where the API is, and how it is asked

_Place = collections.namedtuple("_Place", "url region credentials")
#: A request, and how many of the waiting entries it holds.
_Request = collections.namedtuple("_Request", "method path query body count", defaults=(1,))
_Answer = collections.namedtuple("_Answer", "status headers body")


class _Unreachable(Exception):
    """No answer: the line is broken, the name unknown, the cloud not there."""


class _Address:
    """A fixed address, with a region of its own or the one in its name."""

    def __init__(self, endpoint, region, credentials):
        example = "https://ID.execute-api.REGION.amazonaws.com"
        try:
            url = urllib.parse.urlsplit(endpoint)
            is_one = url.scheme in ("http", "https") and url.hostname and url.port != 0
        except (ValueError, AttributeError, TypeError):
            is_one = False
        if not is_one:
            raise Misconfigured(f"endpoint: expected a URL such as {example}, was {endpoint}")
        if "@" in url.netloc:
            raise Misconfigured(f"endpoint: expected a URL such as {example}, was one with a user; keys go to credentials")
        self._place = _Place(url, region or _region_of(url.hostname), credentials)

    def place(self):
        return self._place


class _LocalEnvironment:
    """A local cloud by its name: reads where it is and the tracker's keys, anew after each start of it."""

    def __init__(self, file):
        self._file, self._seen, self._place = file, None, None

    def place(self):
        try:
            status = self._file.stat()
            seen = (status.st_mtime_ns, status.st_ino)
            if seen != self._seen:
                told = json.loads(self._file.read_text())
                keys = told["keys"]["tracker"]
                outputs = {name: value for stack in told["outputs"].values() for name, value in stack.items()}
                credentials = _GivenKeys((keys["accessKeyId"], keys["secretAccessKey"]))
                self._place = _Place(urllib.parse.urlsplit(outputs["ApiEndpoint"]), told["region"], credentials)
                self._seen = seen
            return self._place
        except (OSError, ValueError, KeyError) as error:
            raise _Unreachable("the local cloud does not run") from error


def _region_of(host):
    found = re.search(r"\.execute-api\.([a-z0-9-]+)\.", host)
    return found[1] if found else os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "ap-south-1"


def _target(endpoint, environment, region, credentials, profile):
    endpoint = endpoint or (None if environment else os.environ.get("OI_LOOP_ENDPOINT"))
    environment = environment or (None if endpoint else os.environ.get("OI_LOOP_ENVIRONMENT"))
    if bool(endpoint) == bool(environment):
        raise Misconfigured(
            "expected an endpoint or an environment (or OI_LOOP_ENDPOINT, OI_LOOP_ENVIRONMENT), was "
            + ("both" if endpoint else "neither")
        )
    if environment:
        if not re.fullmatch(r"[a-z][a-z0-9]{1,15}", environment):
            raise Misconfigured(f"environment: expected 2 to 16 lower-case letters or digits, was {environment}")
        default = pathlib.Path(__file__).resolve().parents[2] / ".oi" / "env"
        folder = pathlib.Path(os.environ.get("OI_ENVIRONMENTS") or default) / environment
        if (folder / "state").is_dir():
            return _LocalEnvironment(folder / "state" / "endpoint.json")
        endpoint = _deployed_endpoint(environment, folder / "outputs.json")
    chain = _CredentialChain(profile) if credentials is None else _GivenKeys(credentials)
    chain.get()
    return _Address(endpoint, region, chain)


def _deployed_endpoint(environment, file):
    try:
        outputs = json.loads(file.read_text())
        return next(stack["ApiEndpoint"] for stack in outputs.values() if "ApiEndpoint" in stack)
    except (OSError, ValueError, StopIteration) as error:
        raise Misconfigured(
            f"environment {environment}: expected {file.parent} of a local cloud or {file}, was neither; run "
            f"./oi start --env {environment}, set OI_ENVIRONMENTS, or name the endpoint"
        ) from error


class _Api:
    """Signed requests over one connection a thread. Safe to use from any thread."""

    def __init__(self, target):
        self._target = target
        self._local = threading.local()
        self._tls = None
        #: Seconds that the API's clock is ahead of ours, once they were found to differ.
        self.offset = 0.0

    def now(self):
        return time.time() + self.offset

    def ask(self, build, timeout):
        """Sends what build() gives; built and sent again when the clocks turned out to differ, or the line had gone cold.

        Raises _Unreachable; any answer of the API is returned, whatever its status.
        """
        offset = self.offset
        place = self._target.place()
        request, answer = self._send(place, build, timeout)
        if answer.status == 403 and self._set_clock(answer, offset):
            request, answer = self._send(place, build, timeout)
        if answer.status == 403:
            place.credentials.forget()
        return request, answer

    def _set_clock(self, answer, signed_offset):
        try:
            ahead = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
        except (KeyError, TypeError, ValueError):
            return False
        if abs(ahead - signed_offset) <= SKEW_SECONDS:
            return False
        self.offset = ahead
        return True

    def _send(self, place, build, timeout):
        request = build()
        headers, body = {"host": place.url.netloc}, b""
        if request.body is not None:
            body = request.body
            headers["content-type"] = "application/json"
            if len(body) >= GZIP_FROM_BYTES:
                body, headers["content-type"] = gzip.compress(body, 6), "application/gzip"
        path = place.url.path.rstrip("/") + request.path
        try:
            credentials = place.credentials.get()
        except Misconfigured as error:
            raise _Unreachable(str(error)) from error
        amz_date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self.now()))
        headers = sign(
            request.method, path, request.query, headers, body, credentials,
            region=place.region, service="execute-api", amz_date=amz_date,
        )
        query = _canonical_query(request.query)
        url = f"{path}?{query}" if query else path
        return request, self._exchange(place.url, (request.method, url, body, headers), timeout)

    def _exchange(self, url, message, timeout):
        kept = getattr(self._local, "connection", None)
        if kept is not None and kept[0] == url.netloc:
            try:
                return self._talk(kept[1], message, timeout)
            except (ConnectionError, http.client.HTTPException):
                # A kept connection may have ended long ago: that says nothing of the API.
                pass
            except OSError as error:
                raise _Unreachable(_words(error)) from error
        try:
            return self._talk(self._connect(url, timeout), message, timeout)
        except (OSError, http.client.HTTPException) as error:
            raise _Unreachable(_words(error)) from error

    def _connect(self, url, timeout):
        self.drop()
        if url.scheme == "https":
            if self._tls is None:
                self._tls = ssl.create_default_context()
            connection = http.client.HTTPSConnection(url.hostname, url.port, timeout=timeout, context=self._tls)
        else:
            connection = http.client.HTTPConnection(url.hostname, url.port, timeout=timeout)
        self._local.connection = (url.netloc, connection)
        return connection

    def _talk(self, connection, message, timeout):
        end = time.monotonic() + timeout
        try:
            connection.timeout = timeout
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            method, url, body, headers = message
            connection.request(method, url, body, {**headers, "content-length": str(len(body))})
            connection.response_class = lambda sock, *more, **named: http.client.HTTPResponse(
                _Until(sock, end), *more, **named
            )
            response = connection.getresponse()
            said = _whole_body(response)
        except BaseException:
            self.drop()
            raise
        told = {name.lower(): value for name, value in response.getheaders()}
        try:
            parsed = json.loads(said) if "json" in told.get("content-type", "") and said else {}
        except (ValueError, RecursionError):
            parsed = {}
        return _Answer(response.status, told, parsed if isinstance(parsed, dict) else {})

    def drop(self):
        kept = getattr(self._local, "connection", None)
        self._local.connection = None
        if kept is not None:
            kept[1].close()


class _Until(io.RawIOBase):
    """What a socket receives until `end` (monotonic), for all of it together: its own timeout begins anew at each byte."""

    def __init__(self, sock, end):
        super().__init__()
        self._sock, self._end, self._received = sock, end, sock.makefile("rb", buffering=0)

    def makefile(self, *_):
        return io.BufferedReader(self)

    def readable(self):
        return True

    def readinto(self, buffer):
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._received.readinto(buffer)

    def close(self):
        self._received.close()
        super().close()


def _whole_body(response):
    said = bytearray()
    while True:
        part = response.read(1 << 16)
        if not part:
            break
        said += part
        if len(said) > MOST_ANSWER_BYTES:
            raise http.client.HTTPException(f"expected an answer of at most {MOST_ANSWER_BYTES} bytes, was longer")
    if response.length:
        raise http.client.IncompleteRead(bytes(said), response.length)
    return bytes(said)


def _words(error):
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    # An error may quote whatever somebody has sent.
    return "".join(one if one.isprintable() else "?" for one in said[:300])


def _retry_after(headers):
    """Seconds that an answer asks to wait: 1 when it does not say, 300 at most."""
    told = headers.get("retry-after", "1")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(told).timestamp() - time.time()
        except (TypeError, ValueError):
            seconds = 1.0
    return min(300.0, max(0.1, seconds)) if math.isfinite(seconds) else 1.0


# ---------------------------------------------------------------------------------------------------------------------
# What waits to be sent

#: One line that waits, and the mark that says it is done.
_Waiting = collections.namedtuple("_Waiting", "line mark")


class _MemoryStore:
    """Lines in memory, the oldest dropped above the limit."""

    def __init__(self, most_lines):
        self._most = most_lines
        self._lock = threading.Lock()
        self._lines = collections.deque()
        self._first = 0
        self.dropped = self.torn = 0

    def __len__(self):
        return len(self._lines)

    def append(self, line):
        with self._lock:
            self._lines.append(line)
            if len(self._lines) > self._most:
                self._lines.popleft()
                self._first += 1
                self.dropped += 1

    def head(self, most_lines, most_bytes):
        """The oldest lines, one at least."""
        found, size = [], 0
        with self._lock:
            for at, line in enumerate(self._lines):
                size += len(line)
                if len(found) == most_lines or (found and size > most_bytes):
                    break
                found.append(_Waiting(line, self._first + at + 1))
        return found

    def done(self, mark, count):
        """Forgets everything up to the mark, the end of `count` lines."""
        with self._lock:
            # What was dropped while it was on its way arrived all the same.
            self.dropped -= max(0, min(self._first, mark) - (mark - count))
            while self._first < mark and self._lines:
                self._lines.popleft()
                self._first += 1

    def close(self):
        """Memory needs no end."""


class _Segment:
    """One file of the spool: how many of its bytes and lines are there, and how many are done with."""

    def __init__(self, number, path):
        self.number, self.path = number, path
        self.size = self.lines = self.done_size = self.done_lines = 0


#: The system's lock keeps other processes out, but not the threads of this one.
_OPEN_FOLDERS, _OPENING = set(), threading.Lock()


class _DiskStore:
    """Lines in append-only files, with the place up to which they are done in a file of its own.

    A segment is written as NUMBER.open and renamed to NUMBER.jsonl when it is full; place.json is replaced as a whole.
    A torn last line, as a crash of the machine leaves it, is left out and counted. One process holds the folder.
    """

    def __init__(self, folder, most_bytes):
        self._folder, self._most = pathlib.Path(folder), most_bytes
        self._segment_bytes = max(4096, min(1 << 20, most_bytes // 8))
        self._lock = threading.Lock()
        self._file, self._is_closed = None, False
        self.dropped = self.torn = self._count = 0
        self._folder.mkdir(parents=True, exist_ok=True)
        self._key = str(self._folder.resolve())
        with _OPENING:
            if self._key in _OPEN_FOLDERS:
                raise OSError(f"{folder}: expected a spool of its own, was in use by another client of this process")
            self._held = self._hold()
            _OPEN_FOLDERS.add(self._key)
        self._segments = collections.deque()
        self._recover()

    def __len__(self):
        return self._count

    def append(self, line):
        """Raises OSError when the disk does not take it; then nothing of it is there."""
        with self._lock:
            segment = self._writable()
            written = self._file.write(line + b"\n")
            if written != len(line) + 1:
                self._file.truncate(segment.size)
                raise OSError(f"expected {len(line) + 1} bytes to be written, was {written}")
            segment.size += written
            segment.lines += 1
            self._count += 1
            if segment.size >= self._segment_bytes:
                self._seal()
            while len(self._segments) > 1 and sum(one.size - one.done_size for one in self._segments) > self._most:
                self._lose_oldest()

    def head(self, most_lines, most_bytes):
        """The oldest lines, one at least, all of one segment."""
        with self._lock:
            while self._segments and not self._is_closed:
                segment = self._segments[0]
                if segment.done_size < segment.size:
                    try:
                        return self._read(segment, most_lines, most_bytes)
                    except OSError as error:
                        LOG.warning("spool %s: lost %s: %s", self._folder, segment.path.name, _words(error))
                        self._lose_oldest()
                        continue
                if len(self._segments) == 1 and self._file is not None:
                    return []
                self._remove(self._segments.popleft())
        return []

    def done(self, mark, count):
        """Marks everything up to the mark, the end of `count` lines of the head, as done."""
        number, size = mark
        with self._lock:
            segment = self._segments[0] if self._segments else None
            if segment is None or segment.number != number:
                # It was dropped while it was on its way, and arrived all the same.
                self.dropped -= count
                return
            self._count -= count
            segment.done_size, segment.done_lines = size, segment.done_lines + count
            self._write_place(segment)

    def close(self):
        with self._lock:
            self._is_closed = True
            if self._file is not None:
                self._seal()
            _OPEN_FOLDERS.discard(self._key)
            self._held.close()

    def _hold(self):
        held = open(self._folder / "lock", "ab")
        try:
            if os.name == "nt":
                import msvcrt
                msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl
                # Not flock: a child that was forked off would hold it for as long as it lives.
                fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.close()
            raise OSError(f"{self._folder}: expected a spool of its own, was in use by another process") from None
        return held

    def _recover(self):
        for left in self._folder.glob("*.open"):
            os.replace(left, left.with_suffix(".jsonl"))
        try:
            place = json.loads((self._folder / "place.json").read_text())
            number, size = int(place["segment"]), int(place["bytes"])
        except (OSError, ValueError, KeyError, TypeError):
            number, size = 0, 0
        for path in sorted(self._folder.glob("*.jsonl")):
            if not path.stem.isdigit():
                continue
            segment = _Segment(int(path.stem), path)
            if segment.number < number:
                self._remove(segment)
                continue
            content = path.read_bytes()
            segment.size = content.rfind(b"\n") + 1
            self.torn += segment.size < len(content)
            segment.lines = content.count(b"\n")
            if segment.number == number and size <= segment.size:
                segment.done_size, segment.done_lines = size, content.count(b"\n", 0, size)
            self._segments.append(segment)
            self._count += segment.lines - segment.done_lines
        self._next = max([number, *(one.number for one in self._segments)]) + 1

    def _writable(self):
        if self._file is None:
            segment = _Segment(self._next, self._folder / f"{self._next:010d}.open")
            self._file = open(segment.path, "ab", buffering=0)
            self._next += 1
            self._segments.append(segment)
        return self._segments[-1]

    def _seal(self):
        file, self._file = self._file, None
        segment = self._segments[-1]
        sealed = segment.path.with_suffix(".jsonl")
        try:
            file.close()
            os.replace(segment.path, sealed)
            segment.path = sealed
        except OSError as error:
            # It is read under its first name just as well.
            LOG.debug("spool %s: not renamed: %s", self._folder, _words(error))

    def _read(self, segment, most_lines, most_bytes):
        with open(segment.path, "rb") as file:
            file.seek(segment.done_size)
            found, size = [], segment.done_size
            while size < segment.size and len(found) < most_lines:
                line = file.readline()
                size += len(line)
                if found and size - segment.done_size > most_bytes:
                    break
                found.append(_Waiting(line[:-1], (segment.number, size)))
        return found

    def _lose_oldest(self):
        segment = self._segments.popleft()
        if not self._segments and self._file is not None:
            self._file.close()
            self._file = None
        left = segment.lines - segment.done_lines
        self._count -= left
        self.dropped += left
        self._remove(segment)

    def _remove(self, segment):
        try:
            segment.path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            LOG.warning("spool %s: expected to remove %s, was %s", self._folder, segment.path.name, _words(error))

    def _write_place(self, segment):
        part = self._folder / "place.json.part"
        try:
            part.write_text(json.dumps({"segment": segment.number, "bytes": segment.done_size}))
            os.replace(part, self._folder / "place.json")
        except OSError as error:
            # After a restart it is sent again, and stored once all the same.
            LOG.debug("spool %s: place not kept: %s", self._folder, _words(error))


# ---------------------------------------------------------------------------------------------------------------------
# Sending in the background


class _Outbox:
    """Takes items without waiting and posts them in order: queue -> spool -> API, a thread for each arrow.

    `kind` says how: kind.line(at, item) makes the line that waits, kind.request(entries, now) a request of the first
    entries, kind.refusals(answer) the reasons of those that were refused.
    """

    def __init__(self, kind, api, *, folder, queue_size, spool_bytes, timeout, longest_backoff):
        self._kind, self._api, self._folder = kind, api, folder
        self._queue_size, self._spool_bytes = queue_size, spool_bytes
        self._timeout, self._longest_backoff = timeout, longest_backoff
        self._begin()

    def _begin(self):
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._queue = collections.deque()
        self._wake, self._work, self._closing = threading.Event(), threading.Event(), threading.Event()
        self._stores, self._threads, self._in_hand = [], [], 0
        self._deadline = math.inf
        self._limit = self._kind.most
        self._counts = collections.Counter()
        self._by_field = collections.Counter()
        self._online, self._trouble, self._told = None, None, None

    def resume(self):
        """Goes on with what an earlier run has left on disk."""
        if self._folder is not None and any(self._folder.glob("*.jsonl")) | any(self._folder.glob("*.open")):
            with self._lock:
                self._start()

    def put(self, item):
        """False when it came after the end."""
        if self._pid != os.getpid():
            LOG.warning("used after a fork: this process keeps what it taps in memory, and not on disk")
            self._folder = None
            self._begin()
        with self._lock:
            if self._closing.is_set():
                return False
            if len(self._queue) >= self._queue_size:
                self._queue.popleft()
                self._counts["dropped"] += 1
            self._queue.append((time.time(), item))
            self._counts["taken"] += 1
            if not self._threads:
                self._start()
        self._wake.set()
        return True

    def _start(self):
        for work in (self._keep, self._send):
            thread = threading.Thread(target=self._always, args=(work,), name=f"oi-loop-{self._kind.name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _always(self, work):
        """A mistake in here must not end the thread, nor reach the tracker."""
        while True:
            try:
                work()
                self._api.drop()
                return
            except Exception:  # noqa: BLE001
                LOG.exception("%s: unexpected; goes on", self._kind.name)
                if self._closing.wait(1.0):
                    return

    # queue -> spool

    def _keep(self):
        if not self._stores:
            self._stores = self._open_stores()
            self._work.set()
        while True:
            self._wake.wait()
            self._wake.clear()
            # Asked before the queue is emptied: what was put until the end is kept.
            is_last = self._closing.is_set()
            while self._queue:
                with self._lock:
                    # First, so that nobody who counts without the lock sees nothing.
                    self._in_hand = 1
                    at, item = self._queue.popleft()
                try:
                    self._store(at, item)
                finally:
                    self._in_hand = 0
                self._work.set()
            if is_last:
                return

    def _open_stores(self):
        memory = _MemoryStore(self._queue_size)
        if self._folder is None:
            return [memory]
        try:
            return [_DiskStore(self._folder, self._spool_bytes), memory]
        except OSError as error:
            LOG.warning("%s: kept in memory only: %s", self._kind.name, _words(error))
            return [memory]

    def _store(self, at, item):
        try:
            line = self._kind.line(at, item)
        except Exception as error:  # noqa: BLE001 - whatever the tracker hands over, it is told once and left out
            self._refuse(str(error) if isinstance(error, ValueError) else f"snapshot: {_words(error)}")
            return
        for store in self._stores:
            try:
                store.append(line)
                return
            except OSError as error:
                self._once("spool", "%s: the spool does not take it, kept in memory: %s", self._kind.name, _words(error))

    # spool -> API

    def _send(self):
        failures = 0
        while True:
            store, batch = self._head()
            if not batch:
                if self._closing.is_set() and (len(self) == 0 or time.monotonic() > self._deadline):
                    return
                self._work.wait(0.05 if self._closing.is_set() else None)
                self._work.clear()
                continue
            pause = self._deliver(store, batch)
            if pause is None:
                failures = 0
                continue
            failures += 1
            backoff = min(self._longest_backoff, 0.25 * 2 ** min(failures, 16)) * random.uniform(0.5, 1.0)
            if not self._rest(backoff if pause == 0 else pause):
                return

    def _head(self):
        for store in list(self._stores):
            waiting = store.head(self._limit, MOST_BYTES)
            if waiting:
                return store, waiting
        return None, []

    def _deliver(self, store, batch):
        """Sends the first of a batch. Returns None to go on, seconds to wait, or 0 for the next backoff."""
        entries = [_entry(waiting.line) for waiting in batch]
        if entries[0] is None:
            self._counts["torn"] += 1
            store.done(batch[0].mark, 1)
            return None
        good = entries[: entries.index(None)] if None in entries else entries
        try:
            request, answer = self._api.ask(lambda: self._kind.request(good, self._api.now()), self._timeout)
        except _Unreachable as error:
            return self._offline(str(error))
        count = request.count
        if answer.status in (200, 202) and answer.body:
            self._arrived(store, batch, count, answer)
            return None
        if answer.status == 429:
            self._counts["throttled"] += 1
            return _retry_after(answer.headers)
        # A 404 without a problem is a wrong address, not an unknown recommendation.
        if answer.status in self._kind.refusing and (answer.status != 404 or "type" in answer.body):
            return self._refused(store, batch, count, answer)
        pause = self._offline(_status(answer))
        return _retry_after(answer.headers) if answer.status == 503 and "retry-after" in answer.headers else pause

    def _arrived(self, store, batch, count, answer):
        if not self._online:
            if self._online is False:
                LOG.info("%s: the API answers again, %d wait", self._kind.name, len(self))
            self._online, self._trouble = True, None
        refusals = self._kind.refusals(answer)
        with self._lock:
            self._counts["sent"] += count - len(refusals)
        for reason in refusals:
            self._refuse(reason)
        self._limit = min(self._kind.most, self._limit * 2)
        store.done(batch[count - 1].mark, count)

    def _refused(self, store, batch, count, answer):
        refusals = self._kind.refusals(answer)
        if count > 1 and len(refusals) != count:
            # One of them spoils the request: each half by itself, down to the one.
            self._limit = max(1, count // 2)
            return None
        for reason in refusals or [_reason(answer)]:
            self._refuse(reason)
        self._limit = min(self._kind.most, self._limit * 2)
        store.done(batch[count - 1].mark, count)
        return None

    def _refuse(self, reason):
        field = re.sub(r"\[\d+\]", "[]", reason.split(":", 1)[0])[:80]
        with self._lock:
            self._counts["refused"] += 1
            if len(self._by_field) >= 100 and field not in self._by_field:
                field = "others"
            self._by_field[field] += 1
            is_new = self._by_field[field] == 1
        if is_new:
            LOG.warning("%s: refused, and not sent again (told once for %s): %s", self._kind.name, field, reason)

    def _offline(self, why):
        self._counts["retries"] += 1
        self._trouble = why
        if self._online is not False:
            self._online = False
            LOG.warning("%s: the API is out of reach, kept until it is back: %s", self._kind.name, why)
        return 0

    def _once(self, key, message, *words):
        if self._told != key:
            self._told = key
            LOG.warning(message, *words)

    def _rest(self, seconds):
        """Waits; False when the end has come."""
        if not self._closing.is_set():
            self._closing.wait(seconds)
            return True
        left = self._deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(seconds, left, 0.5))
        return time.monotonic() < self._deadline

    def __len__(self):
        return len(self._queue) + self._in_hand + sum(len(store) for store in self._stores)

    def stats(self):
        counts = self._counts
        return {
            "taken": counts["taken"],
            "waiting": len(self),
            "on_disk": sum(len(store) for store in self._stores if isinstance(store, _DiskStore)),
            "sent": counts["sent"],
            "refused": counts["refused"],
            "refused_by_field": dict(self._by_field),
            "dropped": counts["dropped"] + sum(store.dropped for store in self._stores),
            "torn": counts["torn"] + sum(store.torn for store in self._stores),
            "retries": counts["retries"],
            "throttled": counts["throttled"],
            "online": self._online,
            "trouble": self._trouble,
        }

    def end(self, deadline):
        """From now on nothing is taken; what waits is sent until `deadline` (monotonic)."""
        self._deadline = deadline
        with self._lock:
            self._closing.set()
        self._wake.set()
        self._work.set()

    def join(self):
        """Waits for the end. True when nothing is left; what is left stays on disk."""
        if self._pid != os.getpid():
            return True
        for thread in self._threads:
            # A request that is under way may take as long as its own timeout: it is not waited for.
            thread.join(max(0.1, self._deadline - time.monotonic()))
        left = len(self)
        for store in self._stores:
            store.close()
        return left == 0


def _line(at, item):
    return b'{"at":%.3f,"item":%s}' % (at, _json(item))


def _entry(line):
    try:
        entry = json.loads(line)
        return entry if isinstance(entry, dict) and "at" in entry and "item" in entry else None
    except ValueError:
        return None


def _reason(answer):
    """Why a request was refused as a whole, the field first."""
    field, detail = answer.body.get("field"), _detail(answer)
    return f"{field}: {detail}" if field and not detail.startswith(field) else detail or f"HTTP {answer.status}"


def _status(answer):
    """An answer that is none of the API: a proxy's page comes with 200, too."""
    if answer.status < 300:
        return f"HTTP {answer.status} that is no answer of OI Loop; check the endpoint"
    return f"HTTP {answer.status} {_detail(answer)}".strip()


def _detail(answer):
    return str(answer.body.get("detail") or answer.body.get("message") or "")


class _Snapshots:
    """How snapshots are sent: many at once, those of minutes ago as a backfill that says when the tracker had them."""

    name = "snapshots"
    most = MOST_SNAPSHOTS
    refusing = (400, 413, 415, 422)

    @staticmethod
    def line(at, item):
        snapshot = snapshot_of(item)
        if not isinstance(snapshot, dict):
            raise ValueError(f"snapshot: expected a dict or a feature job, was {type(snapshot).__name__}")
        return _line(at, snapshot)

    @staticmethod
    def request(entries, now):
        ages = [_age(entry["item"], now) for entry in entries]
        is_old = ages[0] > LIVE_SECONDS
        count = next((at for at, age in enumerate(ages) if (age > LIVE_SECONDS) != is_old), len(ages))
        snapshots = [entry["item"] for entry in entries[:count]]
        if not is_old:
            return _Request("POST", "/v1/snapshots", [], _json(snapshots), count)
        behind = now - time.time()
        for entry, snapshot in zip(entries, snapshots):
            had = entry["at"] + behind
            # Our clock may be a little ahead of the API's, which refuses the future; what was just tapped is had now.
            if now - had > SKEW_SECONDS:
                snapshot["received_at"] = _utc(had)
        return _Request("POST", "/v1/snapshots", [("backfill", "true")], _json(snapshots), count)

    @staticmethod
    def refusals(answer):
        return [str(one.get("reason")) for one in answer.body.get("rejected") or []]


def _age(snapshot, now):
    seconds = _seconds(snapshot.get("timestamp"))
    return 0.0 if seconds is None else now - seconds


class _Trades:
    """How trades are reported: one by one."""

    name = "trades"
    most = 1
    refusing = (400, 404, 409, 413, 415, 422)

    @staticmethod
    def line(at, item):
        return _line(at, item)

    @staticmethod
    def request(entries, _now):
        return _Request("POST", "/v1/trades", [], _json(entries[0]["item"]))

    @staticmethod
    def refusals(_answer):
        return []


class _Feedback(_Trades):
    """How labels are given: one by one."""

    name = "feedback"

    @staticmethod
    def request(entries, _now):
        return _Request("POST", "/v1/feedback", [], _json(entries[0]["item"]))


# ---------------------------------------------------------------------------------------------------------------------
# Scoring within a deadline

_THREADS = 4
#: A late answer is read to its end, so that the connection is there for the next question.
_LATE_SECONDS = 5.0


class _Question:
    def __init__(self, build, deadline):
        self.build, self.deadline = build, deadline
        self.answered = threading.Event()
        self.answer = self.trouble = None


class _Scorer:
    """Asks in threads of its own, so that nobody waits longer than the deadline, for a name or a handshake neither."""

    def __init__(self, api):
        self._api = api
        self._begin()

    def _begin(self):
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._questions = queue.SimpleQueue()
        self._threads = self._idle = 0

    def ask(self, build, seconds):
        """The answer, or None when it did not come in time. Raises what the question or the line was wrong with."""
        if self._pid != os.getpid():
            self._begin()
        question = _Question(build, time.monotonic() + seconds)
        with self._lock:
            if self._idle <= self._questions.qsize() and self._threads < _THREADS:
                self._threads += 1
                threading.Thread(target=self._work, args=(self._questions,), name="oi-loop-score", daemon=True).start()
        self._questions.put(question)
        if not question.answered.wait(max(0.0, question.deadline - time.monotonic())):
            return None
        if question.trouble is not None:
            raise question.trouble
        return question.answer

    def _work(self, questions):
        while True:
            with self._lock:
                self._idle += 1
            question = questions.get()
            with self._lock:
                self._idle -= 1
            if time.monotonic() >= question.deadline:
                continue
            try:
                timeout = max(_LATE_SECONDS, question.deadline - time.monotonic())
                question.answer = self._api.ask(question.build, timeout)[1]
            except Exception as error:  # noqa: BLE001 - handed to whoever asked
                question.trouble = error
            question.answered.set()


def _hold(exchange, reason, rationale):
    """The answer when there is none: a HOLD in the form of a recommendation."""
    now = _utc(time.time())
    return {
        "id": None, "timestamp": now, "received_at": now, "recorded_at": now, "exchange": exchange, "target": "tb15",
        "symbol": None, "action": "HOLD", "confidence": 0.0, "probabilities": None, "regime": None,
        "regime_probabilities": [], "kelly_fraction": 0.0, "kelly_full": 0.0, "recommended_lots": 0, "execute": False,
        "risk_flags": [reason], "risk": None, "hold_reason": reason, "rationale": rationale, "model_version": None,
        "feature_set": None, "dataset_version": None, "drivers": [], "features_summary": {}, "input_hash": None,
        "latency_us": 0, "leaf_hash": None,
    }


def _feature(name, value):
    if isinstance(value, str):
        return value
    try:
        if value is None or math.isnan(value):
            return None
    except (TypeError, OverflowError):
        raise ValueError(f"features.{name}: expected a number, was {type(value).__name__}; leave it out") from None
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if isinstance(value, (bool, numbers.Integral)) else float(value)


# ---------------------------------------------------------------------------------------------------------------------
# The client


class OiLoopClient:
    """The tracker's line to OI Loop. One for the whole tracker; safe to use from any thread.

    endpoint: the API's URL (or OI_LOOP_ENDPOINT), or environment: a local or deployed environment by its name (or
    OI_LOOP_ENVIRONMENT), whose folder is looked for in OI_ENVIRONMENTS or beside this repository.
    credentials: (access key, secret key[, session token]); otherwise the environment's AWS_* variables or `profile`
    (AWS_PROFILE) of the AWS files, with its credential_process. A local environment has the tracker's keys itself.
    enabled: False or OI_LOOP_ENABLED=0 make every call a no-op. spool: a folder of this client's own, by default below
    ~/.oi-loop, or False for none. Raises Misconfigured, here and nowhere else.
    """

    def __init__(
        self, endpoint=None, environment=None, *, region=None, credentials=None, profile=None, enabled=None, spool=None,
        queue_size=2000, spool_mb=256, timeout=10.0, longest_backoff=30.0, deadline=0.3,
    ):
        if enabled is None:
            enabled = os.environ.get("OI_LOOP_ENABLED", "1").strip().lower() not in ("0", "false", "off", "no", "")
        self.enabled = bool(enabled)
        self._deadline = deadline
        if not self.enabled:
            return
        limits = {
            "queue_size": queue_size, "spool_mb": spool_mb, "timeout": timeout, "longest_backoff": longest_backoff,
            "deadline": deadline,
        }
        for name, value in limits.items():
            if not isinstance(value, (int, float)) or not value > 0:
                raise Misconfigured(f"{name}: expected a number above 0, was {value!r}")
        target = _target(endpoint, environment, region, credentials, profile)
        folder = _spool_folder(spool, endpoint, environment)
        self._api = _Api(target)
        self._scorer = _Scorer(self._api)
        self._late = 0
        self._errors = 0

        def outbox(kind):
            return _Outbox(
                kind, self._api, folder=None if folder is None else folder / kind.name, queue_size=int(queue_size),
                spool_bytes=int(spool_mb * (1 << 20)), timeout=timeout, longest_backoff=longest_backoff,
            )

        self._snapshots, self._trades, self._feedback = outbox(_Snapshots), outbox(_Trades), outbox(_Feedback)
        for box in (self._snapshots, self._trades, self._feedback):
            box.resume()
        atexit.register(self.close, 1.0)

    def tap(self, snapshot):
        """Hands over a snapshot (as of chain_snapshot) or the tracker's feature job; it is not to be changed afterwards.

        Takes as long as putting it into a queue. False when it was not taken: switched off, or after close().
        """
        return self._safely(lambda: self._snapshots.put(snapshot))

    def report_trade(
        self, trade_id, status, *, recommendation_id=None, exchange=None, symbol=None, side=None, quantity_lots=None,
        price=None, timestamp=None, reason=None, pnl=None, origin=None, constraint_violation=None,
    ):
        """Reports a paper trade: executed, rejected (with its reason) or closed; kept and sent like a snapshot.

        Without a recommendation an opening is told as manual; a closing needs the trade's id only. price is rupees per
        unit, pnl rupees, timestamp now if left out.
        """

        def put():
            is_manual = recommendation_id is None and status != "closed"
            return self._trades.put({
                "trade_id": trade_id, "status": status, "recommendation_id": recommendation_id,
                "origin": origin or ("manual" if is_manual else "auto"), "exchange": exchange, "symbol": symbol,
                "side": side, "quantity_lots": quantity_lots, "price": price,
                "timestamp": _moment(self._api.now() if timestamp is None else timestamp), "reason": reason, "pnl": pnl,
                "constraint_violation": constraint_violation,
            })

        return self._safely(put)

    def give_feedback(self, recommendation_id, label, note=None):
        """An operator's own label of a recommendation: -1 fell, 0 neither, 1 rose; kept and sent like a trade.

        It stands beside the measured outcome; no model ever learns from it.
        """
        return self._safely(
            lambda: self._feedback.put({"recommendation_id": recommendation_id, "label": int(label), "note": note})
        )

    def score(self, exchange, *, snapshot=None, features=None, window=None, timestamp=None, deadline=None):
        """The recommendation for an exchange: on its latest features, or on one of a snapshot (as of tap), features, or a
        window: a session's snapshots in any order (at most 400), of which, and of nothing else, the features are made.

        Always a dict in the form of POST /v1/score. When it did not come within `deadline` seconds (0.3) it is HOLD with
        hold_reason "timeout"; "unreachable", "refused" or "disabled" otherwise; execute is False then.
        """
        return self._recommend(exchange, snapshot, features, timestamp, deadline, window)[0]

    def _recommend(self, exchange, snapshot, features, timestamp, deadline, window=None):
        """What score() answers, and the field that a refusal named."""
        if not self.enabled:
            return _hold(exchange, "disabled", "OI Loop is switched off"), None
        seconds = self._deadline if deadline is None else deadline
        posted = []  # A window may be an iterator, and a request may be built twice.

        def build():
            body = {"exchange": exchange}
            if snapshot is not None:
                body["snapshot"] = snapshot_of(snapshot)
            if features is not None:
                body["features"] = {name: _feature(name, value) for name, value in features.items()}
            if window is not None:
                posted.extend([snapshot_of(one) for one in window] if not posted else [])
                body["window"] = posted
            if timestamp is not None:
                body["timestamp"] = _moment(timestamp)
            return _Request("POST", "/v1/score", [], _json(body))

        try:
            answer = self._scorer.ask(build, seconds)
            if answer is None:
                self._late += 1
                return _hold(exchange, "timeout", f"OI Loop did not answer within {seconds * 1000:.0f} ms"), None
            if answer.status == 200 and "action" in answer.body:
                return answer.body, None
            reason = "refused" if answer.status in (400, 413, 415, 422) else "unreachable"
            held = _hold(exchange, reason, _status(answer))
            return held, answer.body.get("field")
        except _Unreachable as error:
            return _hold(exchange, "unreachable", str(error)), None
        except Exception as error:  # noqa: BLE001 - the tracker's loop goes on whatever happens here
            return _hold(exchange, "refused", _words(error)), None

    def now(self):
        """Epoch seconds by the API's clock, once an answer has shown that it is another than ours."""
        return self._api.now() if self.enabled else time.time()

    def stats(self):
        """What became of everything so far, and what waits; {} when switched off."""
        if not self.enabled:
            return {}
        return {
            "snapshots": self._snapshots.stats(), "trades": self._trades.stats(), "feedback": self._feedback.stats(),
            "late_scores": self._late, "errors": self._errors,
        }

    def close(self, timeout=5.0):
        """Sends what waits for at most `timeout` seconds and ends. True when all of it was sent; the rest is on disk."""
        if not self.enabled:
            return True
        atexit.unregister(self.close)
        boxes = (self._trades, self._feedback, self._snapshots)

        def end():
            for box in boxes:
                box.end(time.monotonic() + timeout)
            return all([box.join() for box in boxes])

        return self._safely(end)

    def _safely(self, work):
        if not self.enabled:
            return False
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the tracker's loop goes on whatever happens here
            self._errors += 1
            if self._errors == 1:
                LOG.warning("left out (told once): %s", _words(error))
            return False


def _spool_folder(spool, endpoint, environment):
    if spool is False:
        return None
    if spool is not None:
        return pathlib.Path(spool)
    where = endpoint or environment or os.environ.get("OI_LOOP_ENDPOINT") or os.environ["OI_LOOP_ENVIRONMENT"]
    name = re.sub(r"[^a-z0-9]+", "-", where.lower()).strip("-")
    return pathlib.Path.home() / ".oi-loop" / "spool" / name


# ---------------------------------------------------------------------------------------------------------------------
# In the place of the tracker's own signal generator

_DIRECTIONS = {"SELL": -1, "HOLD": 0, "BUY": 1}
#: The tracker's own columns beside the features: the API names them one a request, and they are left out from then on.
_MOST_UNKNOWN = 8
_AS_ANSWERED = ("execute", "symbol", "risk_flags", "hold_reason", "drivers", "timestamp")


class OiLoopSignalGenerator:
    """Answers as the tracker's own signal generator does, by way of OI Loop. Safe to use from any thread.

    exchange: one of NSE, BSE, NSE_MONTHLY, BANKNIFTY_MONTHLY. client: an OiLoopClient to ask through; left out, one of its
    own without a spool, found as OiLoopClient() finds it. use_features: False (default) answers on the features that
    OI Loop makes of what is tapped; True on those the tracker gives, for a live model of the tracker's own features.
    deadline: seconds (0.3), then HOLD. Raises Misconfigured, here and nowhere else.
    Switched off (OI_LOOP_ENABLED=0), models_loaded is False, which is how the tracker knows that nobody answers.
    """

    def __init__(self, exchange, client=None, *, use_features=False, deadline=None):
        if exchange not in EXCHANGES:
            raise Misconfigured(f"exchange: expected one of {', '.join(EXCHANGES)}, was {exchange!r}")
        if deadline is not None and not (isinstance(deadline, (int, float)) and deadline > 0):
            raise Misconfigured(f"deadline: expected seconds above 0, was {deadline!r}")
        self.exchange = exchange
        self.client = OiLoopClient(spool=False) if client is None else client
        self.models_loaded = self.client.enabled
        self.model_version = None
        #: The outcomes of feedback, 1.0 for right: as long a memory, and as low a bar, as the tracker's own.
        self.feedback_window = collections.deque(maxlen=100)
        self.degrade_threshold = 0.55
        self.needs_retrain = False
        self.last_feedback_timestamp = None
        self.signal_history = collections.deque(maxlen=50)
        self.pending_predictions = collections.OrderedDict()
        self._use_features = use_features
        self._wait = deadline
        self._feature_set, self._unknown = None, frozenset()
        self._lock = threading.Lock()

    def generate_signal(self, features_dict=None, snapshot=None):
        """(signal, confidence, rationale, metadata), as the tracker's loop unpacks it.

        signal: BUY, SELL or HOLD; confidence: its probability, 0 to 1, and 0.0 when no model was asked. metadata is that
        of the tracker's own generator and more; recommended_lots is 0 unless every rule of risk agrees (`execute`).
        snapshot (as of OiLoopClient.tap): answers on this moment at once, instead of the last minute that was tapped.
        """
        try:
            answer = self._answer(features_dict, snapshot)
            return answer["action"], float(answer["confidence"]), answer["rationale"], self._metadata(answer)
        except Exception as error:  # noqa: BLE001 - the tracker's loop goes on whatever happens here
            LOG.warning("%s: no signal: %s", self.exchange, _words(error))
            held = _hold(self.exchange, "refused", _words(error))
            return "HOLD", 0.0, held["rationale"], self._metadata(held)

    def record_feedback(self, signal_id, actual_outcome):
        """What came of a signal: -1 fell, 0 neither, 1 rose. None for an id that is not waiting or another outcome.

        Otherwise {exchange, signal_id, rolling_accuracy, degrade_triggered}, as by the tracker's own generator. OI Loop
        is told in the background and keeps it beside the outcome; what it measures, and learns from, is what it saw in
        the prices itself.
        """
        try:
            outcome = _number(actual_outcome)
            if outcome not in (-1, 0, 1):
                LOG.warning("%s: feedback: expected -1, 0 or 1, was %r", self.exchange, actual_outcome)
                return None
            with self._lock:
                direction = self.pending_predictions.pop(signal_id, None)
                if direction is None:
                    LOG.warning("%s: feedback: expected a signal that waits, was %r", self.exchange, signal_id)
                    return None
                self.feedback_window.append(1.0 if outcome == direction else 0.0)
                accuracy = self._rolling_accuracy()
                is_full = len(self.feedback_window) == self.feedback_window.maxlen
                self.needs_retrain = is_full and accuracy < self.degrade_threshold
                self.last_feedback_timestamp = datetime.datetime.now(INDIA)
                told = {
                    "exchange": self.exchange, "signal_id": signal_id, "rolling_accuracy": accuracy,
                    "degrade_triggered": self.needs_retrain,
                }
            self.client.give_feedback(signal_id, outcome)
            return told
        except Exception as error:  # noqa: BLE001 - the tracker's loop goes on whatever happens here
            LOG.warning("%s: feedback left out: %s", self.exchange, _words(error))
            return None

    def predict_and_learn(self, features_dict=None, actual_outcome=None):
        """generate_signal, and feedback on it where the outcome is known already."""
        signal, confidence, rationale, metadata = self.generate_signal(features_dict)
        if actual_outcome is not None and metadata.get("signal_id"):
            self.record_feedback(metadata["signal_id"], actual_outcome)
        return signal, confidence, rationale, metadata

    def close(self, timeout=5.0):
        """Ends the client, as OiLoopClient.close."""
        return self.client.close(timeout)

    def _answer(self, features, snapshot):
        if not self._use_features or snapshot is not None:
            return self.client.score(self.exchange, snapshot=snapshot, deadline=self._wait)
        seconds = self.client._deadline if self._wait is None else self._wait
        end = time.monotonic() + seconds
        given = dict(features or {})
        for _ in range(_MOST_UNKNOWN + 1):
            known = {name: value for name, value in given.items() if name not in self._unknown}
            left = max(0.001, end - time.monotonic())
            answer, field = self.client._recommend(self.exchange, None, known, None, left)
            name = str(field or "").partition("features.")[2]
            if name not in known:
                break
            with self._lock:
                self._unknown |= {name}
        with self._lock:
            # Another set knows other names.
            if answer["feature_set"] is not None and answer["feature_set"] != self._feature_set:
                if self._feature_set is not None:
                    self._unknown = frozenset()
                self._feature_set = answer["feature_set"]
        return answer

    def _metadata(self, answer):
        action, probabilities = answer["action"], answer["probabilities"] or {}
        confidence, direction = float(answer["confidence"]), _DIRECTIONS[action]
        told = {
            "signal_id": answer["id"],
            "model_version": answer["model_version"],
            "regime": answer["regime"],
            "regime_probabilities": answer["regime_probabilities"],
            "buy_prob": float(probabilities.get("buy", 0.0)),
            "sell_prob": float(probabilities.get("sell", 0.0)),
            "confidence": confidence,
            # The tracker's own word means the full Kelly fraction, and its thresholds are made for that.
            "kelly_fraction": float(answer["kelly_full"]),
            "position_size_frac": float(answer["kelly_fraction"]),
            # Its executor knows no `execute`: it asks for lots.
            "recommended_lots": int(answer["recommended_lots"]) if answer["execute"] else 0,
            **{name: answer[name] for name in _AS_ANSWERED},
        }
        with self._lock:
            self.signal_history.append({"signal": action, "confidence": confidence, "regime": answer["regime"]})
            if answer["id"] is not None:
                self.pending_predictions[answer["id"]] = direction
                while len(self.pending_predictions) > 500:
                    self.pending_predictions.popitem(last=False)
            self.model_version = answer["model_version"] or self.model_version
            at = self.last_feedback_timestamp
            return {
                **told,
                "rolling_accuracy": self._rolling_accuracy(),
                "feedback_count": len(self.feedback_window),
                "last_feedback_at": None if at is None else at.isoformat(),
                "needs_retrain": self.needs_retrain,
                "signal_history": list(self.signal_history)[-5:],
            }

    def _rolling_accuracy(self):
        return sum(self.feedback_window) / len(self.feedback_window) if self.feedback_window else 0.0
