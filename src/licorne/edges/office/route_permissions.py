"""What each route of the office needs: a row for every one, or it lets nobody in.

`Desk` asks it for whoever comes, so that no page can forget to; the tests make the matrix of roles
and routes from it.
"""

from collections.abc import Mapping

from licorne.domain.identity.permission import Permission as May

OPEN = None  # before sign-in; protected by what is typed there

NEEDS: Mapping[tuple[str, str], May | None] = {
    ("GET", "/office/sign-in"): OPEN,
    ("POST", "/office/sign-in"): OPEN,
    ("GET", "/office/join/{token}"): OPEN,
    ("POST", "/office/join/{token}"): OPEN,
    ("GET", "/office/forgotten"): OPEN,
    ("POST", "/office/forgotten"): OPEN,
    ("GET", "/office"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/sign-out"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/here"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/shortcuts"): May.KEEP_OWN_ACCOUNT,
    ("GET", "/office/mail/{name}"): May.READ_MESSAGES,
    ("GET", "/office/mail/{name}/{thread}"): May.READ_MESSAGES,
    ("GET", "/office/mail/{name}/{thread}/before/{delivery}"): May.READ_MESSAGES,
    ("POST", "/office/mail/{name}/{thread}/done"): May.READ_MESSAGES,
    ("POST", "/office/mail/{name}/{thread}/answer"): May.WRITE_MESSAGES,
    ("POST", "/office/search"): May.READ_MESSAGES,
    ("GET", "/office/parts/list/{name}"): May.READ_MESSAGES,
    ("GET", "/office/parts/thread/{thread}"): May.READ_MESSAGES,
    ("GET", "/office/parts/message/{delivery}"): May.READ_MESSAGES,
    ("GET", "/office/parts/delivery/{delivery}"): May.READ_MESSAGES,
    ("GET", "/office/live"): May.READ_MESSAGES,
    ("GET", "/office/compose"): May.WRITE_MESSAGES,
    ("POST", "/office/compose"): May.WRITE_MESSAGES,
    ("POST", "/office/compose/check"): May.WRITE_MESSAGES,
    ("POST", "/office/compose/passphrase"): May.WRITE_MESSAGES,
    ("GET", "/office/deliveries/{delivery}/recall"): May.WRITE_MESSAGES,
    ("POST", "/office/deliveries/{delivery}/recall"): May.WRITE_MESSAGES,
    ("POST", "/office/deliveries/{delivery}/nudge"): May.WRITE_MESSAGES,
    ("GET", "/office/deliveries/{delivery}/passphrase"): May.WRITE_MESSAGES,
    ("POST", "/office/deliveries/{delivery}/passphrase"): May.WRITE_MESSAGES,
    ("GET", "/office/deliveries/{delivery}/attachments/{part}"): May.READ_MESSAGES,
    ("GET", "/office/deliveries/{delivery}/formatted"): May.READ_MESSAGES,
    ("GET", "/office/contacts"): May.SEE_CONTACTS,
    ("POST", "/office/contacts/search"): May.SEE_CONTACTS,
    ("GET", "/office/contacts/new"): May.CHANGE_CONTACTS,
    ("POST", "/office/contacts/new"): May.CHANGE_CONTACTS,
    ("GET", "/office/contacts/{contact}"): May.SEE_CONTACTS,
    ("POST", "/office/contacts/{contact}/name"): May.CHANGE_CONTACTS,
    ("POST", "/office/contacts/{contact}/texting"): May.CHANGE_CONTACTS,
    ("POST", "/office/contacts/{contact}/remove"): May.CHANGE_CONTACTS,
    ("POST", "/office/contacts/{contact}/give-back"): May.CHANGE_CONTACTS,
    ("GET", "/office/app-passwords"): May.KEEP_APP_PASSWORDS,
    ("POST", "/office/app-passwords"): May.KEEP_APP_PASSWORDS,
    ("POST", "/office/app-passwords/{app_password}/revoke"): May.KEEP_APP_PASSWORDS,
    ("GET", "/office/account"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/account/password"): May.KEEP_OWN_ACCOUNT,
    ("GET", "/office/account/authenticator"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/account/authenticator"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/account/recovery-code"): May.KEEP_OWN_ACCOUNT,
    ("POST", "/office/account/ways-in/{kind}/{way}"): May.KEEP_OWN_ACCOUNT,
    ("GET", "/office/audit"): May.SEE_AUDIT,
    ("GET", "/office/members"): May.GOVERN_MEMBERS,
    ("GET", "/office/members/invite"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/invite"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/invitations/{invitation}/withdraw"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/hand-over"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/{other}/let-back"): May.GOVERN_MEMBERS,
    ("GET", "/office/members/{other}"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/{other}"): May.GOVERN_MEMBERS,
    ("POST", "/office/members/{other}/ways-in/{kind}/{way}"): May.GOVERN_MEMBERS,
}
