import { createHash } from 'node:crypto'

/** What the shell leads to; names are those of our own files, which need no escaping. */
export interface ShellParts {
  /** Folder of all files, relative to the page. */
  readonly base: string
  readonly styles: readonly string[]
  /** What modules call the libraries, and their files. */
  readonly imports: Readonly<Record<string, string>>
  /** The entry, and what it needs before it can run. */
  readonly modules: readonly string[]
}

/** Opened as `/prefix` behind a proxy, relative addresses would lead beside it. A URL's own setter keeps `//elsewhere` on this host. */
const slash = `if(!location.pathname.endsWith('/')){const to=new URL(location.href);to.pathname+='/';location.replace(to.href)}`

/** The page before anything has run. It tells nothing of the mesh and no version: whoever reaches the port may read it. */
export function shellOf({ base, styles, imports, modules }: ShellParts): { readonly html: string; readonly contentSecurityPolicy: string } {
  const at = (name: string): string => `${base}/${name}`
  const map = JSON.stringify({ imports: Object.fromEntries(Object.entries(imports).map(([bare, name]) => [bare, `./${at(name)}`])) })
  const [entry = '', ...others] = modules
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>mesh-telemetry</title>
<script>${slash}</script>
<script type="importmap">${map}</script>
<link rel="icon" type="image/svg+xml" href="${at('icon.svg')}">
${styles.map((name) => `<link rel="stylesheet" href="${at(name)}">`).join('\n')}
${others.map((name) => `<link rel="modulepreload" href="${at(name)}">`).join('\n')}
<script type="module" src="${at(entry)}"></script>
</head>
<body>
<div id="page"></div>
<noscript>
<h1>mesh-telemetry</h1>
<p>This page needs JavaScript, from this collector alone. The same figures are there without: in a terminal with
<code>npx mesh-telemetry edges</code>, as JSON at <a href="api/v1/edges">api/v1/edges</a>.</p>
</noscript>
</body>
</html>
`
  return { html, contentSecurityPolicy: policy([slash, map]) }
}

/** Nothing from elsewhere, no style in attributes, and no text that becomes a script. */
const policy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src 'self' ${scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ')}`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
