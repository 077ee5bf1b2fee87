"""Saved views: one's own, and those shared with everybody."""

from tests.gateway.front import Front, Person

MINE = {"list": "parties", "name": "Fidèles", "settings": {"filter": {"all": []}, "sort": "-created_at"}}


async def names(person: Person) -> list[str]:
    return [view["name"] for view in (await person.get("/api/v1/saved-views"))["items"]]


async def test_ones_own_view_is_seen_and_changed_by_oneself_alone(front: Front, agent: Person):
    other = await front.person("crm", name="Inès Garnier")
    view = (await agent.post("/api/v1/saved-views", **MINE))["saved_view"]
    at = f"/api/v1/saved-views/{view['id']}"

    assert (await names(agent), await names(other)) == (["Fidèles"], [])
    assert (await other.call("GET", at)).status == 404
    assert (await other.call("PATCH", at, json={"name": "Vol"})).status == 404
    assert (await agent.call("PATCH", at, json={"name": "Très fidèles"})).body["saved_view"]["version"] == 2


async def test_sharing_needs_the_permission(front: Front, agent: Person):
    crm = await front.person("crm", name="Inès Garnier")
    refused = await agent.call("POST", "/api/v1/saved-views", json={**MINE, "shared": True})
    view = (await crm.post("/api/v1/saved-views", **MINE, shared=True))["saved_view"]
    at = f"/api/v1/saved-views/{view['id']}"
    meddling = await agent.call("PATCH", at, json={"name": "Vol"}), await agent.call("DELETE", at)

    assert (refused.status, refused.code) == (403, "forbidden")
    assert await names(agent) == ["Fidèles"]
    assert [answer.code for answer in meddling] == ["forbidden", "forbidden"]


async def test_settings_have_a_size(agent: Person):
    answer = await agent.call("POST", "/api/v1/saved-views", json={**MINE, "settings": {"x": "y" * 20_001}})

    assert (answer.status, answer.code) == (422, "invalid_input")
