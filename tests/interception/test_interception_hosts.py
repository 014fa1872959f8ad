import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock.interception.hosts import Kind, kind_of, plain
from ice_mock.oss.addressing import is_oss_host


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("ice.aliyuncs.com", Kind.EMULATED),
        ("ice.cn-shanghai.aliyuncs.com", Kind.EMULATED),
        ("ICE.cn-shanghai.aliyuncs.com.", Kind.EMULATED),
        ("ice-vpc.cn-shanghai.aliyuncs.com", Kind.EMULATED),
        ("oss-cn-shanghai.aliyuncs.com", Kind.EMULATED),
        ("oss-cn-shanghai-internal.aliyuncs.com", Kind.EMULATED),
        ("oss-accelerate.aliyuncs.com", Kind.EMULATED),
        ("pictures.oss-cn-shanghai.aliyuncs.com", Kind.EMULATED),
        ("pictures.oss-cn-shanghai-internal.aliyuncs.com", Kind.EMULATED),
        ("pictures.cn-shanghai.oss.aliyuncs.com", Kind.EMULATED),
        ("cn-shanghai.oss.aliyuncs.com", Kind.EMULATED),
        ("ice-mock.invalid", Kind.EMULATED),
        ("pictures.ice-mock.invalid", Kind.EMULATED),
        ("location.aliyuncs.com", Kind.LOCATION),
        ("location-readonly.aliyuncs.com", Kind.LOCATION),
        ("aliyuncs.com", Kind.FOREIGN),
        ("sts.aliyuncs.com", Kind.FOREIGN),
        ("nice.aliyuncs.com", Kind.FOREIGN),
        ("ice-other.cn-shanghai.aliyuncs.com", Kind.FOREIGN),
        ("x.ice.cn-shanghai.aliyuncs.com", Kind.FOREIGN),
        ("1234.mns.cn-shanghai.aliyuncs.com", Kind.FOREIGN),
        ("100.100.100.200", Kind.FOREIGN),
        ("ice.aliyun.com", Kind.FOREIGN),
        ("ice.aliyuncs.cn", Kind.OTHER),
        ("100.100.100.201", Kind.OTHER),
        ("ice.aliyuncs.com.example.org", Kind.OTHER),
        ("notaliyuncs.com", Kind.OTHER),
        ("example.org", Kind.OTHER),
        ("127.0.0.1", Kind.OTHER),
        ("::1", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_a_host_is_of_one_kind(host: str, kind: Kind) -> None:
    assert kind_of(plain(host)) is kind


@pytest.mark.parametrize(
    "domain", ["aliyuncs.com", "aliyun.com", "alibabacloud.com", "alicloudapi.com", "alibabacloudcs.com"]
)
@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("{}", Kind.FOREIGN),
        ("gateway.cn-shanghai.{}", Kind.FOREIGN),
        ("GATEWAY.{}.", Kind.FOREIGN),
        ("my{}", Kind.OTHER),
        ("{}.example.org", Kind.OTHER),
    ],
)
def test_no_domain_of_alibaba_cloud_is_nobodys_business(form: str, kind: Kind, domain: str) -> None:
    assert kind_of(plain(form.format(domain))) is kind


@given(
    st.from_regex(
        r"([a-z0-9-]{1,20}\.)?(oss-[a-z0-9-]{1,20}|[a-z0-9-]{1,20}\.oss)\.aliyuncs\.com", fullmatch=True
    )
)
def test_whatever_is_object_storages_to_the_server_is_diverted(host: str) -> None:
    assert is_oss_host(host)
    assert kind_of(host) is Kind.EMULATED
