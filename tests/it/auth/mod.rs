mod dev_sign_in;
mod session;
