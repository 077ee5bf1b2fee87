"""The audit log: what leaders did."""

from tests.gateway.front import Front, Person


async def test_what_leaders_do_is_in_the_audit_log_page_by_page(front: Front, admin: Person, agent: Person):
    for level in range(1, 4):
        await admin.call("PUT", f"/api/v1/users/{agent.id}/skills", json={"skills": {"fr": level}})
    page = await admin.get("/api/v1/audit")
    older = await admin.get("/api/v1/audit", cursor=page["items"][1]["id"])

    assert [e["action"] for e in page["items"][:3]] == ["skills_set"] * 3
    assert older["items"] == page["items"][2:]
