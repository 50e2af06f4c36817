// The header marks requests of this server's own pages (http/same-origin.ts): without it no change is let through.
SwaggerUIBundle({
  url: 'openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: false,
  validatorUrl: null,
  docExpansion: 'list',
  requestInterceptor: (request) => {
    request.headers['X-Fleetward'] = '1'
    return request
  },
})
