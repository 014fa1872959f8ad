"""What the program has to be told, by variables of the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

REQUIRED = (
    "ALIBABA_CLOUD_ACCESS_KEY_ID",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ICE_ENDPOINT",
    "OSS_ENDPOINT",
    "OSS_BUCKET",
    "PUBLIC_URL",
    "CALLBACK_AUTH_KEY",
)


class SettingsIncomplete(ValueError):
    """Variables are missing; the text names all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where ICE and OSS are, with which key they are used, and where this program is for them."""

    access_key_id: str
    access_key_secret: str = field(repr=False)
    ice_endpoint: str
    oss_endpoint: str
    bucket: str
    public_url: str
    callback_auth_key: str = field(repr=False)
    ice_protocol: str
    region: str
    path_style: bool
    """Whether a bucket goes into the path of its address; the real OSS wants it in the host name."""
    host: str
    port: int
    index: str

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Self:
        """Read the environment; raises SettingsIncomplete, and ValueError for a port that is no number."""
        if missing := [name for name in REQUIRED if not variables.get(name)]:
            raise SettingsIncomplete(f"these variables have to be set: {', '.join(missing)}")
        return cls(
            access_key_id=variables["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            access_key_secret=variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            ice_endpoint=variables["ICE_ENDPOINT"],
            oss_endpoint=variables["OSS_ENDPOINT"],
            bucket=variables["OSS_BUCKET"],
            public_url=variables["PUBLIC_URL"].rstrip("/"),
            callback_auth_key=variables["CALLBACK_AUTH_KEY"],
            ice_protocol=variables.get("ICE_PROTOCOL", "https"),
            region=variables.get("ALIBABA_CLOUD_REGION_ID", "cn-shanghai"),
            path_style=variables.get("OSS_PATH_STYLE") == "true",
            host=variables.get("LISTEN_HOST", "127.0.0.1"),
            port=int(variables.get("PORT", "8000")),
            index=variables.get("INDEX_FILE", ":memory:"),
        )

    @property
    def callback_url(self) -> str:
        """The address that ICE sends callbacks to; it is part of what they are signed with."""
        return f"{self.public_url}/callbacks"
