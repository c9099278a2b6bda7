// The package ships no types, and these tests use it through one file.
declare module "oidc-provider";
