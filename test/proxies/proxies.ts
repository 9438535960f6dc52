import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/free-port.ts";
import { systemProgram } from "../support/tools.ts";

/** A reverse proxy with as little configuration as it takes, so that everything else has its default. */
export interface ProxyKind {
	readonly name: string;
	readonly program: string;
	readonly debianPackage: string;
	/**
	 * Returns the text of its configuration, for a camera at the root, in the folder /garden/, and in /shed, written as
	 * people often do: then the camera gets addresses such as //stream.
	 *
	 * @param folder For its own files.
	 */
	configuration(listen: number, camera: string, folder: string): string;
	arguments(file: string, folder: string, listen: number): string[];
}

const LIGHTTPD = {
	program: "lighttpd",
	debianPackage: "lighttpd",
	arguments: (file: string): string[] => ["-D", "-f", file],
};

const NGINX = {
	program: "nginx",
	debianPackage: "nginx-light",
	arguments: (file: string, folder: string): string[] => ["-p", folder, "-c", file, "-g", "daemon off;"],
};

const HAPROXY = {
	program: "haproxy",
	debianPackage: "haproxy",
	arguments: (file: string): string[] => ["-f", file, "-db"],
};

const CADDY = {
	program: "caddy",
	debianPackage: "caddy",
	arguments: (file: string): string[] => ["run", "--config", file, "--adapter", "caddyfile"],
};

const APACHE = {
	program: "apache2",
	debianPackage: "apache2-bin",
	arguments: (file: string): string[] => ["-f", file, "-D", "FOREGROUND"],
};

export const PROXIES: readonly ProxyKind[] = [
	{
		...NGINX,
		name: "nginx",
		configuration: (listen, camera, folder) => nginxConfiguration(listen, camera, folder),
	},
	{
		...HAPROXY,
		name: "HAProxy",
		configuration: (listen, camera) => haproxyConfiguration(listen, camera),
	},
	{
		...CADDY,
		name: "Caddy",
		configuration: (listen, camera) => caddyfile(listen, camera),
	},
	{
		...CADDY,
		name: "Caddy that compresses",
		configuration: (listen, camera) => caddyfile(listen, camera, "encode gzip zstd"),
	},
	{
		...APACHE,
		name: "Apache",
		configuration: (listen, camera, folder) => apacheConfiguration(listen, camera, folder),
	},
	{
		name: "Varnish",
		program: "varnishd",
		debianPackage: "varnish",
		configuration: (_, camera) => {
			const [host, port] = camera.split(":");
			return `
				vcl 4.1;
				backend camera { .host = "${host}"; .port = "${port}"; }
				sub vcl_recv {
					set req.url = regsub(req.url, "^/garden/", "/");
					set req.url = regsub(req.url, "^/shed", "/");
				}
			`;
		},
		arguments: (file, folder, listen) => [
			"-j",
			"none",
			"-F",
			"-n",
			folder,
			"-f",
			file,
			"-a",
			`127.0.0.1:${listen}`,
			"-s",
			"malloc,16m",
		],
	},
	{
		...LIGHTTPD,
		name: "lighttpd that streams",
		configuration: (listen, camera, folder) =>
			lighttpdConfiguration(listen, camera, folder, "server.stream-response-body = 2"),
	},
];

const TYPES = "text/event-stream application/octet-stream multipart/x-mixed-replace text/plain image/jpeg";

/** Proxies that compress whatever they can. */
export const COMPRESSING: readonly ProxyKind[] = [
	{
		...NGINX,
		name: "nginx",
		configuration: (listen, camera, folder) =>
			nginxConfiguration(listen, camera, folder, "gzip on; gzip_types *; gzip_proxied any; gzip_min_length 1;"),
	},
	{
		...HAPROXY,
		name: "HAProxy",
		configuration: (listen, camera) =>
			haproxyConfiguration(listen, camera, `compression algo gzip\n\tcompression type ${TYPES}`),
	},
	{
		...CADDY,
		name: "Caddy",
		configuration: (listen, camera) =>
			caddyfile(listen, camera, "encode gzip zstd {\nminimum_length 1\nmatch {\nheader Content-Type *\n}\n}"),
	},
	{
		...APACHE,
		name: "Apache",
		configuration: (listen, camera, folder) =>
			apacheConfiguration(listen, camera, folder, ["filter", "deflate"], "SetOutputFilter DEFLATE"),
	},
];

/** Proxies that pass on a response when it has ended: a stream never does. */
export const HOLDING_BACK: readonly ProxyKind[] = [
	{
		...LIGHTTPD,
		name: "lighttpd",
		configuration: (listen, camera, folder) => lighttpdConfiguration(listen, camera, folder),
	},
];

/** A running proxy in front of a camera. */
export class Proxy {
	readonly url: string;
	readonly #process: ChildProcess;

	private constructor(url: string, process: ChildProcess) {
		this.url = url;
		this.#process = process;
	}

	/** Starts a proxy, or skips the test if its program is not installed. */
	static async start(context: Mocha.Context, kind: ProxyKind, camera: string, folder: string): Promise<Proxy> {
		const program = systemProgram(context, kind.program, kind.debianPackage);
		const own = join(folder, kind.program);
		mkdirSync(own, { recursive: true });
		const port = await freePort();
		const file = join(own, "configuration");
		writeFileSync(file, kind.configuration(port, new URL(camera).host, own));
		const child = spawn(program, kind.arguments(file, own, port), {
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, HOME: own, XDG_DATA_HOME: own, XDG_CONFIG_HOME: own },
		});
		let said = "";
		for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
		const proxy = new Proxy(`http://127.0.0.1:${port}`, child);
		for (let tries = 0; tries < 200; tries++) {
			if (child.exitCode !== null) throw new Error(`${kind.name} ended: ${said}`);
			if (await listens(port)) return proxy;
			await pause(50);
		}
		await proxy.stop();
		throw new Error(`${kind.name} does not listen: ${said}`);
	}

	async stop(): Promise<void> {
		if (this.#process.exitCode !== null) return;
		this.#process.kill("SIGTERM");
		await Promise.race([once(this.#process, "exit"), pause(3_000)]);
		if (this.#process.exitCode === null) this.#process.kill("SIGKILL");
	}
}

async function listens(port: number): Promise<boolean> {
	const socket = connect(port, "127.0.0.1");
	try {
		await once(socket, "connect");
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

/** Returns the text of lighttpd's configuration, with another setting, if any, beside the proxy. */
function lighttpdConfiguration(listen: number, camera: string, folder: string, setting = ""): string {
	const [host, port] = camera.split(":");
	return `
		server.document-root = "${folder}"
		server.upload-dirs = ( "${folder}" )
		server.errorlog = "${folder}/error.log"
		server.bind = "127.0.0.1"
		server.port = ${listen}
		server.modules += ( "mod_proxy" )
		proxy.server = ( "" => (( "host" => "${host}", "port" => ${port} )) )
		$HTTP["url"] =~ "^/garden/" {
			proxy.header = ( "map-urlpath" => ( "/garden/" => "/" ) )
		}
		$HTTP["url"] =~ "^/shed" {
			proxy.header = ( "map-urlpath" => ( "/shed" => "/" ) )
		}
		${setting}
	`;
}

/** Returns the text of a Caddyfile. The site has another directive, if any, beside the proxy. */
function caddyfile(listen: number, camera: string, directive = ""): string {
	return `
		{
			admin off
			auto_https off
		}
		http://:${listen} {
			bind 127.0.0.1
			${directive}
			handle_path /garden/* {
				reverse_proxy ${camera}
			}
			handle_path /shed* {
				rewrite * /{http.request.uri}
				reverse_proxy ${camera}
			}
			reverse_proxy ${camera}
		}
	`;
}

/** Returns the text of nginx's configuration, with other directives, if any. */
function nginxConfiguration(listen: number, camera: string, folder: string, directives = ""): string {
	return `
			pid ${folder}/nginx.pid;
			error_log ${folder}/error.log;
			events {}
			http {
				access_log off;
				${directives}
				${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join("\n")}
				server {
					listen 127.0.0.1:${listen};
					location / { proxy_pass http://${camera}; }
					location /garden/ { proxy_pass http://${camera}/; }
					location /shed { proxy_pass http://${camera}/; }
				}
			}
		`;
}

/** Returns the text of HAProxy's configuration, with other directives of the front, if any. */
function haproxyConfiguration(listen: number, camera: string, directives = ""): string {
	// Its default has no timeouts at all, and warns about that; Debian's file has these.
	return `
			defaults
				mode http
				timeout connect 5000
				timeout client 50000
				timeout server 50000
			frontend front
				bind 127.0.0.1:${listen}
				${directives}
				use_backend garden if { path_beg /garden/ }
				use_backend shed if { path_beg /shed }
				default_backend camera
			backend camera
				server camera ${camera}
			backend garden
				http-request replace-path /garden/(.*) /\\1
				server camera ${camera}
			backend shed
				http-request replace-path /shed(.*) /\\1
				server camera ${camera}
		`.replace(/^\t*/gm, "");
}

/** Returns the text of Apache's configuration, with other modules and directives, if any. */
function apacheConfiguration(
	listen: number,
	camera: string,
	folder: string,
	modules: readonly string[] = [],
	directives = "",
): string {
	return `
			ServerName localhost
			Listen 127.0.0.1:${listen}
			PidFile ${folder}/apache.pid
			ErrorLog ${folder}/error.log
			DefaultRuntimeDir ${folder}
			DocumentRoot ${folder}
			${["mpm_event", "authz_core", "proxy", "proxy_http", ...modules].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
			${directives}
			ProxyPass /garden/ http://${camera}/
			ProxyPass /shed http://${camera}/
			ProxyPass / http://${camera}/
		`.replace(/^\t{3}/gm, "");
}
