import { post, toastError } from "./wire.js";

document.getElementById("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  try {
    await post("/api/v1/auth/login", { email, password });
    location.assign(new URLSearchParams(location.search).get("next") ?? "/inboxes/assigned");
  } catch (error) {
    toastError(error);
  }
});
