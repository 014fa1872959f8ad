import pytest

from ice_mock.callbacks import Proxies
from ice_mock.callbacks.urls import Uncallable, url_to_call


@pytest.mark.parametrize(
    "text",
    [
        "http://receiver.test/",
        "https://receiver.test:8443/a?b=%2F&c=a+b",
        "HTTP://Receiver.Test/",
        "http://user:word@receiver.test/",
        "http://127.0.0.1:1/",
        "http://[::1]:65535/",
        "http://receiver.test./",
        "http://receiver.test/%0D%0A",
    ],
)
def test_an_ascii_url_is_called_as_it_is(text):
    assert str(url_to_call(text)) == text.replace("HTTP:", "http:")


@pytest.mark.parametrize(
    ("text", "host", "path"),
    [
        ("http://bücher.test/", "xn--bcher-kva.test", "/"),
        ("http://receiver.test/截图", "receiver.test", "/%E6%88%AA%E5%9B%BE"),
        ("http://\uff11\uff16\uff19.254\u3002169.254/", "169.254.169.254", "/"),
    ],
)
def test_another_url_is_written_in_ascii_first(text, host, path):
    url = url_to_call(text)

    assert (url.raw_host, url.raw_path) == (host, path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("http://a.test/\r\nX-Evil: 1", r"'\r' at position 14 of the URL, write it as %0D"),
        ("http://a.test/\nX-Evil: 1", r"'\n' at position 14 of the URL, write it as %0A"),
        ("http://a\r\n.test/", r"'\r' at position 8 of the URL, write it as %0D"),
        ("http://截图.test/\r", r"'\r' at position 15 of the URL, write it as %0D"),
        ("http://a.test/a b", "' ' at position 15 of the URL, write it as %20"),
        ("http://a.test/\x00", r"'\x00' at position 14 of the URL, write it as %00"),
        ("http://a.test:0/", "nobody listens at port 0"),
        ("http://a.test:65536/", "Port out of range 0-65535"),
        ("ftp://a.test/", "a URL that begins with http:// or https:// was expected"),
        ("file:///etc/passwd", "a URL that begins with http:// or https:// was expected"),
        ("ws://a.test/", "a URL that begins with http:// or https:// was expected"),
        ("//a.test/", "a URL that begins with http:// or https:// was expected"),
        ("a.test", "a URL that begins with http:// or https:// was expected"),
        ("", "a URL that begins with http:// or https:// was expected"),
        ("http:///path", "the URL has no host"),
        ("http://user@/path", "the URL has no host"),
    ],
)
def test_a_url_that_cannot_be_called_is_refused_with_the_reason(text, complaint):
    with pytest.raises(Uncallable) as caught:
        url_to_call(text)

    assert str(caught.value) == f"cannot be called: {complaint}"


@pytest.mark.parametrize("text", ["http://[::1/", "http://[::1]x/", "http://a.test\\@b.test/", "http://a:b/"])
def test_a_url_that_could_be_read_in_two_ways_is_refused(text):
    with pytest.raises(Uncallable, match=r"^cannot be called: "):
        url_to_call(text)


# -- Proxies --


@pytest.mark.parametrize(
    ("named", "url", "proxy"),
    [
        ({}, "http://a.test/", None),
        ({"http": "http://proxy:3128"}, "http://a.test/", "http://proxy:3128"),
        ({"http": "proxy:3128"}, "http://a.test/", "http://proxy:3128"),
        ({"http": "http://proxy:3128"}, "https://a.test/", None),
        ({"https": "http://proxy:3128"}, "https://a.test/", "http://proxy:3128"),
        ({"http": ""}, "http://a.test/", None),
        ({"all": "socks5://proxy:1080"}, "http://a.test/", None),
        ({"http": "http://proxy:3128", "no": "a.test"}, "http://a.test/", None),
        ({"http": "http://proxy:3128", "no": "test"}, "http://a.test/", None),
        ({"http": "http://proxy:3128", "no": "a.test:81"}, "http://a.test/", "http://proxy:3128"),
        ({"http": "http://proxy:3128", "no": "a.test:81"}, "http://a.test:81/", None),
        ({"http": "http://proxy:3128", "no": "*"}, "http://a.test/", None),
        ({"http": "http://proxy:3128", "no": "[::1]"}, "http://[::1]/", None),
    ],
)
def test_the_environment_says_which_url_goes_by_which_proxy(named, url, proxy):
    assert Proxies.of(named).of_url(url_to_call(url)) == proxy


@pytest.mark.parametrize("proxy", ["socks5://user:word@proxy:1080", "http://", "http://proxy:0"])
def test_a_proxy_of_another_kind_is_named_without_its_password(proxy):
    with pytest.raises(ValueError) as caught:
        Proxies.of({"https": proxy})

    assert str(caught.value) == (
        "https_proxy is no proxy that can be used: expected a URL such as http://proxy:3128"
    )
