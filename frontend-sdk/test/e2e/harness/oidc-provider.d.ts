// The package has no types. Only one file of these tests uses it.
declare module "oidc-provider";
