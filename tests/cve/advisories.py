"""Every advisory and public report we learned from: whose defect it was, and which of them wait for what.

What belongs here: ids and reasons, as data. What went wrong and why it cannot happen here is told by the classes of this
folder, one for each kind of mistake; `test_advisories` holds that none is left out. An id is a CVE, GHSA or CWE number, a
CPython issue (`gh-`), a paper, or a project's issue or pull request (`project#number`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

ID: Final = re.compile(
    r"GHSA(?:-[0-9a-z]{4}){3}|CVE-\d{4}-\d{4,}|CWE-\d+|arXiv:\d{4}\.\d+|\bgh-\d+|[A-Za-z0-9][\w./-]*#\d+"
)
"""What an id looks like wherever it is written."""

ADVISORIES: Final = frozenset(
    """
    ASVS#1923 CVE-2013-1443 CVE-2019-19844 CVE-2023-46695 CVE-2024-10270 CVE-2024-1722 CVE-2024-39329 CVE-2024-45231
    CVE-2026-19611 CWE-117 CWE-672 CWE-204 CWE-338 CWE-613 CWE-89 CWE-915 GHSA-29rf-f4vv-pvq6 GHSA-6wm4-2f45-mq3f GHSA-c27j-76xg-6x4f
    GHSA-cq42-vhv7-xr7p GHSA-qg84-6hrg-mr5g GHSA-vfq6-hq5r-27r6 Meeds#642 Rackula#2921 VilnaCRM#313 VilnaCRM#331
    apostrophe#1503 argon2id#35 arXiv:2205.10174 aspnetboilerplate#4874 auth-js#1086 authentik#19967 authgear#5527
    authorizer#503 blocks-os#352 calamine#433 calamine#693 cloudscribe#942 contrack#54 covid-alert-server#121
    dcrstakepool#320 devise-otp#126 devise_invitable#200 django-allauth#2413 django-allauth#2508
    django-rest-passwordreset#82 docmost#2437 element-meta#1614 emdash#3298 ergo#178 fal#1005 fastexcel#487
    fullstackhero#1359 gh-149079 gitea#14702 gravitino#12744 gumroad#6615 hackclub/hcb#13059 haystack#11808
    hermes-webui#3964 identity-idp#9374 job_ftch#145 joget#20 keycloak#28477 keycloak#32701 keycloak#46164
    keycloak#52646 kody#1977 lunora#593 matomo#24911 metabase#67524 milvus#50954 model-hotel#552 modelence#353
    nextauth#1840 nextcloud/appstore#532 nextcloud/impersonate#80 openregister#3876 openstreetmap-website#3919
    ory/polis#4067 outline#9227 own-pay#546 oxTrust#1525 packetfence#6400 parseable#1545 pgina#294 shakenfist#3764
    shesha#4772 signal-android#5558 solana-private-channels#247 stage-door#128 supabase/auth#1214 supabase/auth#605
    superlogin#67 switch#291 tableExport#230 the-desk#553 thunderid#5110 trento#2595 trinity#177 trusty-tools#4894
    vm0#34645 vm0#34675 wagtail#14329 windows-itpro-docs#1671
    """.split()  # noqa: SIM905 - ids read better as words
)
"""All of them."""

WAITING: Final[Mapping[str, str]] = {
    "import: no spreadsheet and no archive is opened": (
        "openregister#3876 contrack#54 milvus#50954 calamine#433 calamine#693 fastexcel#487 trusty-tools#4894"
    ),
    "one-time passwords of an app, and SCIM: neither is spoken": "keycloak#46164 ory/polis#4067",
}
"""Those that touch only what does not exist yet: the feature with the reason, and the ids. A feature that arrives takes
its ids from here and brings their tests."""


def ids(text: str, /) -> list[str]:
    """Return the ids that a text names, in order."""
    return ID.findall(text)
