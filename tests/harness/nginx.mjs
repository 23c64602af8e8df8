// Debian's nginx as somebody without rights would run it: a configuration of its own in a directory of its own.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { freePort, until } from './kabinet.mjs'

// proxy: a Server (harness/kabinet.mjs) to stand in front of; files: a directory to serve.
export async function startNginx(dir, { proxy, files, prefix = [] }) {
	const port = await freePort()
	const work = path.join(dir, 'nginx')
	fs.mkdirSync(work, { recursive: true })
	const to = proxy?.socketPath ? `unix:${proxy.socketPath}` : `127.0.0.1:${proxy?.port}`
	const conf = path.join(work, 'nginx.conf')
	fs.writeFileSync(conf, `
daemon off; worker_processes 1; pid ${work}/pid; error_log ${work}/error.log;
${process.getuid() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
	default_type text/html; server_tokens off;
	client_body_temp_path ${work}/body; proxy_temp_path ${work}/proxy; fastcgi_temp_path ${work}/f; uwsgi_temp_path ${work}/u; scgi_temp_path ${work}/s;
	${proxy ? `upstream kabinet { server ${to}; keepalive 16; }` : ''}
	server {
		listen 127.0.0.1:${port} default_server;
		${files ? `root ${files};` : ''}
		${proxy ? 'location / { proxy_pass http://kabinet; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; }' : ''}
	}
}
`)
	const [command, ...args] = [...prefix, 'nginx', '-c', conf, '-p', work, '-e', `${work}/error.log`]
	const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } })
	let end
	const ended = new Promise((done) => child.on('exit', (code) => done((end = { code }))))
	child.on('error', () => (end = { code: -1 }))
	await until('nginx', async () => {
		if (end) throw new Error(`nginx ended: ${fs.existsSync(`${work}/error.log`) ? fs.readFileSync(`${work}/error.log`, 'utf8') : ''}`)
		return fetch(`http://127.0.0.1:${port}/`).then(() => true)
	}, { ms: 5000 })
	return { port, pid: child.pid, async stop() { child.kill('SIGTERM'); await ended } }
}
