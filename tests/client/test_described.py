"""The client held to the OpenAPI document: every operation, every field, and no other."""

import inspect
import re
import uuid

import msgspec
import pytest

from licorne.client import AsyncLicorne, Licorne, answers, calls
from licorne.client.calls import Call, Outgoing
from licorne.client.problem import FieldFault, Problem
from licorne.edges.api.openapi import openapi_document

DOCUMENT = msgspec.json.decode(openapi_document("http://localhost"))
SCHEMAS = DOCUMENT["components"]["schemas"]
SOME = uuid.UUID(int=7)
DESCRIBED = {
    "Step": answers.Step,
    "DeliveryAnswer": answers.Delivery,
    "MessageAnswer": answers.Message,
    "MessagePage": answers.MessagePage,
    "BatchAnswer": answers.Batch,
    "ContactAnswer": answers.Contact,
    "ContactPageAnswer": answers.ContactPage,
    "InboxAnswer": answers.Inbox,
    "LastMessage": answers.LastMessage,
    "ThreadAnswer": answers.Thread,
    "ThreadPageAnswer": answers.ThreadPage,
    "MemberAnswer": answers.Member,
    "MemberPageAnswer": answers.MemberPage,
    "EventAnswer": answers.Event,
    "EventDelivery": answers.EventDelivery,
    "EventPageAnswer": answers.EventPage,
    "WebhookAnswer": answers.Webhook,
    "AddedWebhookAnswer": answers.AddedWebhook,
    "WebhookListAnswer": answers.WebhookList,
    "Problem": Problem,
    "FieldFault": FieldFault,
}
FILE = calls.File("letter.pdf", b"%PDF-1.7")
MADE: dict[str, Call] = {
    "send_message": calls.send(["+12125550123"], "Hello.", None, [FILE], {"subject": "Hello"}),
    "send_batch": calls.send_batch([Outgoing(["+12125550123"], "Hello.")]),
    "list_messages": calls.messages("x", 5),
    "message_state": calls.message(SOME),
    "recall_message": calls.recall(SOME),
    "list_contacts": calls.contacts("x", 5),
    "show_contact": calls.contact(SOME),
    "add_contact": calls.add_contact("+12125550123", "Maria Rivera", "es"),
    "change_contact": calls.change_contact(SOME, None, "es", texting=False),
    "remove_contact": calls.remove_contact(SOME),
    "list_threads": calls.threads("x", 5),
    "show_thread": calls.thread(SOME),
    "list_members": calls.members("x", 5),
    "list_events": calls.events("0", 5),
    "list_webhooks": calls.webhooks(),
    "show_webhook": calls.webhook(SOME),
    "add_webhook": calls.add_webhook("https://scheduler.example/", ["reply.received"]),
    "rotate_webhook": calls.rotate_webhook(SOME),
    "enable_webhook": calls.enable_webhook(SOME),
    "remove_webhook": calls.remove_webhook(SOME),
}
OPERATIONS = {
    described["operationId"]: (method.upper(), path, described)
    for path, methods in DOCUMENT["paths"].items()
    for method, described in methods.items()
}
NOT_FOR_PROGRAMS = {"carrier_event"}


def named(reference: dict) -> str:
    return reference["$ref"].rpartition("/")[2]


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_clients_types_have_the_fields_that_the_document_names(name: str):
    assert set(DESCRIBED[name].__struct_fields__) == set(SCHEMAS[name]["properties"])


def test_a_batchs_results_have_the_fields_of_each_kind():
    kinds = {"MessageTaken", "MessageRepeated", "MessageNotTaken"}
    fields = {field for kind in kinds for field in SCHEMAS[kind]["properties"]}
    assert set(answers.BatchResult.__struct_fields__) == fields


def test_what_goes_into_a_batch_is_what_the_document_takes():
    fields = set(Outgoing.__struct_fields__)
    assert fields | {"attachments"} == set(SCHEMAS["BatchedMessage"]["properties"])


def test_every_operation_has_a_call_and_every_call_an_operation():
    assert set(MADE) == set(OPERATIONS) - NOT_FOR_PROGRAMS


@pytest.mark.parametrize("operation", MADE)
def test_a_call_is_as_its_operation_is_described(operation: str):
    method, path, described = OPERATIONS[operation]
    call = MADE[operation]
    assert call.method == method
    assert call.path == re.sub(r"\{\w+\}", str(SOME), path)
    taken = {(one["in"], one["name"]) for one in described["parameters"]}
    assert {("query", name) for name in call.query} <= taken
    assert {("header", name) for name in call.headers} <= taken
    content = described.get("requestBody", {}).get("content", {})
    assert (call.body is not None) == bool(content)
    if call.body is not None:
        schema = SCHEMAS[named(content["application/json"]["schema"])]
        assert set(call.body) <= set(schema["properties"])
        assert set(schema.get("required", ())) <= set(call.body)
    assert bool(call.files) == ("multipart/form-data" in content)
    answered = next(a for status, a in described["responses"].items() if status.startswith("2"))
    if call.answer is type(None):
        assert "content" not in answered
    else:
        assert DESCRIBED[named(answered["content"]["application/json"]["schema"])] is call.answer


def test_both_clients_have_the_same_calls():
    def public(client: type) -> dict[str, list[str]]:
        found = inspect.getmembers(client, inspect.isfunction)
        return {
            name: list(inspect.signature(one).parameters)
            for name, one in found
            if not name.startswith("_")
        }

    assert public(Licorne) == public(AsyncLicorne)
    assert len(public(Licorne)) == len(MADE)
