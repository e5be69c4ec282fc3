/*
 * A self-signed certificate for 127.0.0.1, valid for a hundred years and worth nothing. Made with
 * openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=127.0.0.1 \
 *   -addext subjectAltName=IP:127.0.0.1
 */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRWG1sMpP0XOIji8/
NET5OOAXUNgdHUkpnrOk0ov/G8ShRANCAAQ+vfTOwKOrn8JbAXVoh0Xy90shTypC
uCfl0cwl9bzpcTBEXQeKBYjmZaQ00YaR+nQKDfA4gBDoY+jY4NdkFfnN
-----END PRIVATE KEY-----
`

export const cert = `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUQo61nvZc6DOvmtT1YJBCfnOkRTUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMjE4MDMxMVoYDzIxMjYxMDI5
MTgwMzExWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ+vfTOwKOrn8JbAXVoh0Xy90shTypCuCfl0cwl9bzpcTBEXQeKBYjm
ZaQ00YaR+nQKDfA4gBDoY+jY4NdkFfnNo2QwYjAdBgNVHQ4EFgQUtnm9fiw5Hxw/
MjsI66VkZiXjzaEwHwYDVR0jBBgwFoAUtnm9fiw5Hxw/MjsI66VkZiXjzaEwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQCkV1Y6FAIa86/LAM8VMMdzray0bvWnQ5mgdR9i1Rt5gwIgX+/yltOcntJYv55E
k98Pgg5EZ4c5NYTZeJsKcFjlwII=
-----END CERTIFICATE-----
`
