// Values of a text in Prometheus's format, by name with its labels.
export const readMetrics = (text) =>
	new Map([...text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (-?\d+)$/gm)].map(([, name, value]) => [name, Number(value)]))
