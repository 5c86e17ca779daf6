"""Signing in as people do it: an administrator with an app's code, somebody with a passkey; and the keys that can be turned off."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, code_of, sign_in, wait_for
from tests.world import PASSWORD

FOCUS = "document.activeElement.id"


def prove(page: Page) -> None:
    """Before anything changes about how a person signs in, they show once more who they are."""
    wait_for(page, "Is it you")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "reauthenticate" not in url)


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")


def test_an_administrator_reaches_nothing_before_a_second_factor_is_set_up(opened: Callable[..., Page], site: Site) -> None:
    page = sign_in(opened(), "ada")
    for address in ("/", "/people/", "/clients/acme/"):
        page.goto(address)
        assert page.url == f"{site.at}/account/2fa/"
    page.get_by_role("link", name="Set up the app").click()
    prove(page)
    secret = page.locator(".secret").inner_text()
    page.get_by_label("code").fill(code_of(secret))
    page.get_by_role("button", name="Set up the app").click()
    page.wait_for_url(lambda url: "totp/activate" not in url)
    page.goto("/people/")
    assert page.url == f"{site.at}/people/"

    sign_out(page)
    sign_in(page, "ada")
    wait_for(page, "second factor")
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.at}/")
    assert page.refused == []      # type: ignore[attr-defined]


def test_who_has_added_a_passkey_signs_in_with_it_alone(opened: Callable[..., Page], site: Site) -> None:
    page = sign_in(opened(), "nora")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
               "automaticPresenceSimulation": True}  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto("/account/2fa/webauthn/add/")
    prove(page)
    page.locator("input[name=name]").fill("Laptop")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.at}/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.refused == []      # type: ignore[attr-defined]


def test_keys_lead_through_the_pages_until_their_owner_turns_them_off(opened: Callable[..., Page], site: Site) -> None:
    page = sign_in(opened(), "eve")
    press = page.keyboard.press
    press("/")
    assert page.evaluate(FOCUS) == "find"
    page.evaluate("document.activeElement.blur()")
    for key in ("j", "j", "k", "Enter"):
        press(key)
    page.wait_for_url("**/clients/*/")
    here = page.url
    there = {f"{site.at}/clients/acme/", f"{site.at}/clients/birch/"} - {here}
    for key in "[]":
        if page.locator(f'[data-key="{key}"]').count():
            press(key)
            break
    page.wait_for_url(there.pop())
    press("g")
    press("p")
    page.wait_for_url(f"{site.at}/")
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    page.goto("/me/")
    page.locator("input[name=uses_shortcuts]").uncheck()
    page.get_by_role("button", name="Save your page").click()
    expect(page.get_by_text("Your page is saved.")).to_be_visible()
    page.goto("/")
    press("?")
    press("/")
    assert (page.get_by_role("dialog").count(), page.evaluate(FOCUS)) == (0, "")
