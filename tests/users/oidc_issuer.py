"""A real OpenID provider on a port of its own: discovery, keys, the code flow with PKCE, what it knows about people.

`people` are who may be chosen on its sign-in page; `claims`, `key` and `describes` make it one that is broken or malicious.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, OAuth2Error, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode
from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "keepscore", "shared with the issuer"


class OurClient(ClientMixin):
    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_post", "client_secret_basic")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    sub: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@dataclass
class Issuer:
    back: str                                                   # the only address it sends people back to
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)        # told in ID tokens instead of the truth
    header: dict[str, Any] = field(default_factory=dict)
    describes: dict[str, Any] = field(default_factory=dict)     # told in the description instead of the truth
    told: dict[str, Any] = field(default_factory=dict)          # about the person, instead of the truth
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: Any = None
    at: str = ""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)

    def id_token(self, sub: str, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.at, "sub": sub, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce} | self.claims
        header = {"alg": "RS256", "kid": "one"} | self.header
        return jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self.signs_with or self.key, [header["alg"]])

    def application(self) -> Flask:
        app, issuer = Flask("issuer"), self

        class CodeGrant(grants.AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post", "client_secret_basic"]  # noqa: RUF012

            def save_authorization_code(self, code: str, request: Any) -> None:
                asked = request.payload.data
                issuer.codes[code] = Code(
                    request.user, request.payload.redirect_uri, request.payload.scope, asked.get("nonce", ""), asked["code_challenge"],
                    asked["code_challenge_method"],
                )  # fmt: skip
                issuer.challenges.append(asked["code_challenge_method"])

            def query_authorization_code(self, code: str, client: Any) -> Code | None:
                return issuer.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                issuer.codes = {code: known for code, known in issuer.codes.items() if known is not authorization_code}

            def authenticate_user(self, authorization_code: Code) -> str:
                return authorization_code.sub

        class IdToken(OpenIDCode):
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return any(code.nonce == nonce for code in issuer.codes.values())

            def encode_id_token(self, token: Any, request: Any) -> str:
                return issuer.id_token(request.user, request.authorization_code.nonce)

        def find_client(client_id: str) -> OurClient | None:
            return OurClient(issuer.back) if client_id == CLIENT else None

        def keep(token: dict[str, Any], request: Any) -> None:
            issuer.tokens[token["access_token"]] = request.user

        server = AuthorizationServer(app, query_client=find_client, save_token=keep)
        server.register_grant(CodeGrant, [CodeChallenge(required=True), IdToken(require_nonce=True)])

        @app.get("/.well-known/openid-configuration")
        def describe() -> Any:
            paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "person", "jwks_uri": "keys"}
            known = {"issuer": issuer.at} | {name: f"{issuer.at}/{path}" for name, path in paths.items()}
            return jsonify(known | {"token_endpoint_auth_methods_supported": ["client_secret_basic"]} | issuer.describes)

        @app.get("/keys")
        def keys() -> Any:
            return jsonify({"keys": [issuer.key.as_dict(private=False) | {"kid": "one", "alg": "RS256", "use": "sig"}]})

        @app.get("/authorize")
        def ask() -> Any:
            try:
                server.get_consent_grant()
            except OAuth2Error as wrong:
                return f"refused: {wrong.error}", 400
            buttons = "".join(f'<button name="sub" value="{sub}">{sub}</button>' for sub in issuer.people)
            return f'<title>Who are you</title><form method="post">{buttons}<button name="sub" value="">Turn back</button></form>'

        @app.post("/authorize")
        def answer() -> Any:
            return server.create_authorization_response(grant_user=request.form["sub"] or None)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        @app.get("/person")
        def person() -> Any:
            sub = issuer.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
            return jsonify({"sub": sub} | issuer.people[sub] | issuer.told) if sub else ("", 401)

        @app.get("/favicon.ico")
        def no_picture() -> Any:
            return "", 204

        return app


@contextmanager
def running(issuer: Issuer) -> Iterator[Issuer]:
    """The issuer, answering at a free port of this machine."""
    server = make_server("127.0.0.1", 0, issuer.application(), threaded=True)
    issuer.at = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
