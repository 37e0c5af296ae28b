// The release and the API are of the same origin as the app.
const at = process.env.QUEUES_AT ?? "";
export default {
  server: { proxy: { "/queues-ui": at, "/api": at } },
  build: { target: "es2022" },
};
