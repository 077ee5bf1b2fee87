"""An agent at the console, in French: what they see and do, by the names on the screen."""

import re

from playwright.async_api import Locator, Page, expect


class Desk:
    def __init__(self, page: Page) -> None:
        self.page = page

    async def sign_in(self, url: str, login: str, password: str) -> None:
        await self.page.goto(url)
        await self.page.get_by_label("Identifiant").fill(login)
        await self.page.get_by_label("Mot de passe").fill(password)
        await self.page.keyboard.press("Enter")
        await expect(self.presence).to_be_visible()

    @property
    def presence(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^Mon état"))

    async def become(self, state: str) -> None:
        await self.presence.click()
        await self.page.get_by_role("menuitemradio", name=state).click()
        await expect(self.presence).to_have_accessible_name(re.compile(state))

    def pop(self, name: str) -> Locator:
        return self.page.get_by_role("article", name=f"Proposition : {name}")

    async def accept(self, name: str, seconds: float = 60.0) -> None:
        """Takes the offer of that customer when it pops."""
        button = self.pop(name).get_by_role("button", name="Accepter")
        await button.click(timeout=seconds * 1000)
        await expect(self.pop(name)).to_have_count(0)

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def file(self) -> Locator:
        return self.page.get_by_role("complementary", name="Fiche client")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("region", name="Votre réponse")

    @property
    def text(self) -> Locator:
        return self.page.get_by_label("Texte de la réponse")

    @property
    def take(self) -> Locator:
        return self.page.get_by_role("toolbar").get_by_role("button", name="Prendre en charge")

    @property
    def offline(self) -> Locator:
        return self.page.get_by_text("Connexion perdue")

    async def write(self, text: str) -> None:
        """Sends a reply, whatever becomes of it."""
        await self.text.fill(text)
        await self.page.keyboard.press("Control+Enter")

    async def reply(self, text: str) -> None:
        await self.write(text)
        await expect(self.timeline.get_by_text(text)).to_be_visible()

    @property
    def conversations(self) -> Locator:
        """Those in the list that is open."""
        return self.page.get_by_role("tabpanel").get_by_role("link")

    async def add_contact_point(self, kind: str, value: str) -> None:
        await self.file.get_by_role("button", name="Ajouter une coordonnée").click()
        await self.file.get_by_label("Type").select_option(kind)
        await self.file.get_by_label("Coordonnée", exact=True).fill(value)
        await self.file.get_by_role("button", name="Enregistrer").click()
        await expect(self.file.get_by_label("Coordonnée", exact=True)).to_have_count(0)

    async def resolve(self, outcome: str = "Problème réglé") -> None:
        await self.page.get_by_role("button", name="Résoudre", exact=True).first.click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_role("radio", name=outcome).check()
        await dialog.get_by_role("button", name="Résoudre").click()
        await expect(dialog).to_have_count(0)
