"""Parameters of a query that mean more than a setting: they choose the operation, and are signed."""

OVERRIDES = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
    "response-expires": "Expires",
}
"""Parameters that replace a header of the answer."""

# Assumed: limits of speed, payers and sources of requests make no difference to an emulator.
_SETTINGS = frozenset(
    {
        "continuation-token",
        "security-token",
        "x-oss-ac-forward-allow",
        "x-oss-ac-source-ip",
        "x-oss-ac-subnet-mask",
        "x-oss-ac-vpc-id",
        "x-oss-request-payer",
        "x-oss-traffic-limit",
        *OVERRIDES,
    }
)

CHOOSING = frozenset(
    """
    accessPoint accessPointPolicy acl append asyncFetch bucketArchiveDirectRead bucketInfo callback
    callback-var cloudboxes cname comp cors delete encryption endTime group httpsConfig inventory
    inventoryId lifecycle link live location logging metaQuery objectInfo objectMeta partNumber policy
    position publicAccessBlock qos qosInfo qosRequester redundancyTransition referer regionList
    replication replicationLocation replicationProgress requestPayment requesterQosInfo resourceGroup
    resourcePool resourcePoolBuckets resourcePoolInfo restore sequential startTime stat status style
    styleName symlink tagging transferAcceleration uploadId uploads versionId versioning versions vod
    website worm wormExtend wormId x-oss-access-point-name x-oss-async-process x-oss-process
    x-oss-redundancy-transition-taskid x-oss-target-redundancy-type x-oss-write-get-object-response
    """.split()  # noqa: SIM905 - a list of them would fill two pages
)
"""Sub-resources that make a request another operation."""

SIGNED = CHOOSING | _SETTINGS
"""What version 1 signs of a query: what the SDKs sign; not prefix, marker, max-keys or list-type."""
