// What needs the network, in one chunk that is loaded at the first call.

export { Account } from "./account";
export { devSignIn } from "./dev-sign-in";
export { finishSignIn } from "./hand-over";
export { jwtOf } from "./jwt";
