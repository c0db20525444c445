"""What the official code computes, written down a second time in plain TensorFlow operations.

The networks, losses and Adam step of csmliu/STGAN for any setting.txt, apart from the package's
layers: variables live in a dictionary under TensorFlow Slim's names, and a checkpoint and expected
values are written as the official training and ../shared/official do. That the expected values of
../shared/official come out of it too is tested.
"""

import json

import numpy as np
import tensorflow as tf

MAX_DIM = 1024
SETTING = {
    "dataroot": "/data/Datasets/CelebA/Img",
    "gpu": "all",
    "threads": -1,
    "atts": ["Bald", "Male", "Young"],
    "img_size": 32,
    "shortcut_layers": 4,
    "inject_layers": 4,
    "enc_dim": 4,
    "dec_dim": 4,
    "dis_dim": 4,
    "dis_fc_dim": 8,
    "enc_layers": 3,
    "dec_layers": 3,
    "dis_layers": 2,
    "label": "diff",
    "use_stu": True,
    "stu_dim": 4,
    "stu_layers": 2,
    "stu_inject_layers": 4,
    "stu_kernel_size": 3,
    "stu_norm": "none",
    "stu_state": "stu",
    "multi_inputs": 1,
    "rec_loss_weight": 100.0,
    "one_more_conv": 0,
    "mode": "wgan",
    "epoch": 200,
    "init_epoch": 100,
    "batch_size": 32,
    "lr": 0.0002,
    "n_d": 5,
    "thres_int": 0.5,
    "test_int": 1.0,
    "n_sample": 64,
    "save_freq": 0,
    "sample_freq": 0,
    "use_cropped_img": False,
    "experiment_name": "test",
    "num_ckpt": 1,
    "clear": False,
}


class OfficialCode:
    """The graph of one setting. `values` are a checkpoint's variables; without, random ones."""

    def __init__(self, setting, values=None, seed=0):
        self.setting = setting
        self.values = values
        self.variables = {}
        self.moving = {}
        self.rng = np.random.default_rng(seed)
        self.training = False
        self.scope, self.counts = "", {}
        #: {layer: what it puts out, a tensor a call}, before the activation.
        self.outputs = {}
        #: {layer: (index, amount)}: what another order of summing might add to one output.
        self.rounding = {}

    # Layers of TensorFlow Slim.

    def variable(self, name, shape, initial):
        if name not in self.variables:
            value = initial(shape) if self.values is None else self.values[name]
            assert tuple(value.shape) == tuple(shape), name
            moving = "moving" in name
            variable = tf.Variable(np.asarray(value, np.float32), trainable=not moving, name=name)
            self.variables[name] = variable
        return self.variables[name]

    def glorot(self, shape):
        area = int(np.prod(shape[:-2]))
        limit = np.sqrt(6 / (area * (shape[-1] + shape[-2])))
        return self.rng.uniform(-limit, limit, shape)

    def number(self, layer):
        count = self.counts.get(layer, 0)
        self.counts[layer] = count + 1
        return f"{self.scope}/{layer}" + (f"_{count}" if count else "")

    def enter(self, scope):
        self.scope, self.counts = scope, {}

    def conv(self, x, dim, kernel, stride=1, norm=None):
        name = self.number("Conv")
        w = self.variable(f"{name}/weights", (kernel, kernel, x.shape[-1], dim), self.glorot)
        return self.finish(tf.nn.conv2d(x, w, stride, "SAME"), name, dim, norm)

    def dconv(self, x, dim, kernel, stride=1, norm=None):
        name = self.number("Conv2d_transpose")
        w = self.variable(f"{name}/weights", (kernel, kernel, dim, x.shape[-1]), self.glorot)
        shape = (x.shape[0], x.shape[1] * stride, x.shape[2] * stride, dim)
        return self.finish(tf.nn.conv2d_transpose(x, w, shape, stride, "SAME"), name, dim, norm)

    def fc(self, x, dim):
        name = self.number("flatten_fully_connected") + "/fully_connected"
        x = tf.reshape(x, (x.shape[0], -1))
        w = self.variable(f"{name}/weights", (x.shape[-1], dim), self.glorot)
        return x @ w + self.variable(f"{name}/biases", (dim,), self.normal(0.05))

    def normal(self, scale):
        return lambda shape: self.rng.normal(0, scale, shape)

    def uniform(self, low, high):
        return lambda shape: self.rng.uniform(low, high, shape)

    def finish(self, x, name, dim, norm):
        x = self.normalise(x, name, dim, norm)
        if name in self.rounding:
            index, amount = self.rounding[name]
            x = tf.tensor_scatter_nd_add(x, [index], [np.float32(amount)])
        self.outputs.setdefault(name, []).append(x)
        return x

    def normalise(self, x, name, dim, norm):
        if norm is None:
            return x + self.variable(f"{name}/biases", (dim,), self.normal(0.05))
        part = {"bn": "BatchNorm", "in": "InstanceNorm"}[norm]
        beta = self.variable(f"{name}/{part}/beta", (dim,), self.normal(0.2))
        gamma = self.variable(f"{name}/{part}/gamma", (dim,), self.uniform(0.5, 1.5))
        if norm == "in":
            mean, variance = tf.nn.moments(x, (1, 2), keepdims=True)
            return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-6)
        mean = self.variable(f"{name}/{part}/moving_mean", (dim,), self.normal(0.2))
        variance = self.variable(f"{name}/{part}/moving_variance", (dim,), self.uniform(0.3, 1.7))
        if not self.training:
            return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-3)
        batch_mean, batch_variance = tf.nn.moments(x, (0, 1, 2))
        count = int(np.prod(x.shape[:-1]))
        for moving, new in ((mean, batch_mean), (variance, batch_variance * count / (count - 1))):
            moving.assign(0.999 * moving + 0.001 * new)
        return tf.nn.batch_normalization(x, batch_mean, batch_variance, beta, gamma, 1e-3)

    # Networks.

    @staticmethod
    def tile(label, x):
        return tf.tile(label[:, None, None, :], (1, x.shape[1], x.shape[2], 1))

    def encode(self, x):
        s = self.setting
        self.enter("Genc")
        z, features = x, []
        for i in range(s["enc_layers"]):
            if 0 < i < s["multi_inputs"]:
                size = (x.shape[1] // 2**i, x.shape[2] // 2**i)
                small = tf.compat.v1.image.resize_bicubic(x, size)
                z = tf.concat([z, small], 3)
            z = tf.nn.leaky_relu(self.conv(z, min(s["enc_dim"] * 2**i, MAX_DIM), 4, 2, "bn"))
            features.append(z)
        return features

    def transfer(self, features, label):
        s = self.setting
        if not s["use_stu"]:
            return features
        self.enter("Gstu")
        norm = None if s["stu_norm"] == "none" else s["stu_norm"]
        kernel, layers = s["stu_kernel_size"], s["stu_layers"]
        selected = [features[-1]]
        state = tf.concat([features[-1], self.tile(label, features[-1])], 3)
        for i in range(layers):
            dim = min(s["stu_dim"] * 2 ** (layers - 1 - i), MAX_DIM)
            feature = features[layers - 1 - i]
            hidden = self.dconv(state, dim, 4, 2)
            both = tf.concat([feature, hidden], 3)
            reset = tf.sigmoid(self.conv(both, dim, kernel, norm=norm))
            update = tf.sigmoid(self.conv(both, dim, kernel, norm=norm))
            new_state = reset * hidden
            info = tf.tanh(self.conv(tf.concat([feature, new_state], 3), dim, kernel, norm=norm))
            output = (1 - update) * hidden + update * info
            selected.insert(0, output)
            state = {"gru": output, "direct": hidden}.get(s["stu_state"], new_state)
            if s["stu_inject_layers"] > i:
                state = tf.concat([state, self.tile(label, state)], 3)
        return selected

    def decode(self, features, label):
        s = self.setting
        self.enter("Gdec")
        layers, dim = s["dec_layers"], s["dec_dim"]
        z = tf.concat([features[-1], self.tile(label, features[-1])], 3)
        for i in range(layers - 1):
            z = tf.nn.relu(self.dconv(z, min(dim * 2 ** (layers - 1 - i), MAX_DIM), 4, 2, "bn"))
            if min(s["shortcut_layers"], layers - 1) > i:
                z = tf.concat([z, features[layers - 2 - i]], 3)
            if min(s["inject_layers"], layers - 1) > i:
                z = tf.concat([z, self.tile(label, z)], 3)
        if s["one_more_conv"]:
            z = tf.nn.relu(self.dconv(z, dim // 4, 4, 2, "bn"))
            return tf.tanh(self.dconv(z, 3, s["one_more_conv"]))
        return tf.tanh(self.dconv(z, 3, 4, 2))

    def edit(self, x, label):
        return self.decode(self.transfer(self.encode(x), label), label)

    def discriminate(self, x):
        s = self.setting
        self.enter("D")
        for i in range(s["dis_layers"]):
            x = tf.nn.leaky_relu(self.conv(x, min(s["dis_dim"] * 2**i, MAX_DIM), 4, 2, "in"))
        gan = self.fc(tf.nn.leaky_relu(self.fc(x, s["dis_fc_dim"])), 1)
        att = self.fc(tf.nn.leaky_relu(self.fc(x, s["dis_fc_dim"])), len(s["atts"]))
        return gan, att

    # One batch.

    def labels(self, batch):
        a, b = ((2 * batch[key] - 1.0) * self.setting["thres_int"] for key in "ab")
        a, b = np.float32(a), np.float32(b)
        return (b - a, a - a) if self.setting["label"] == "diff" else (b, a)

    def d_losses(self, batch):
        mode = self.setting["mode"]
        x = tf.constant(batch["x"])
        fake = self.edit(x, self.labels(batch)[0])
        real_gan, real_att = self.discriminate(x)
        fake_gan, _ = self.discriminate(fake)
        if mode == "wgan":
            gan = tf.reduce_mean(fake_gan) - tf.reduce_mean(real_gan)
            points = x + batch["alpha"] * (fake - x)
        else:
            loss = squares if mode == "lsgan" else cross_entropy
            gan = loss(tf.ones_like(real_gan), real_gan) + loss(tf.zeros_like(fake_gan), fake_gan)
            _, variance = tf.nn.moments(x, (0, 1, 2, 3))
            points = x + batch["alpha"] * (0.5 * tf.sqrt(variance) * batch["beta"])
        with tf.GradientTape() as tape:
            tape.watch(points)
            logits = self.discriminate(points)[0]
        gradients = tape.gradient(logits, points)
        norms = tf.norm(tf.reshape(gradients, (x.shape[0], -1)), axis=1)
        gp = tf.reduce_mean((norms - 1.0) ** 2)
        att = cross_entropy(np.float32(batch["a"]), real_att)
        return {
            "d_loss_gan": gan,
            "gp": gp,
            "gp_x": points,
            "gp_grad": gradients,
            "gp_norm": norms,
            "xa_loss_att": att,
            "d_loss": gan + 10.0 * gp + att,
        }

    def g_losses(self, batch):
        x = tf.constant(batch["x"])
        label, source = self.labels(batch)
        features = self.encode(x)
        edited = self.decode(self.transfer(features, label), label)
        again = self.decode(self.transfer(features, source), source)
        logits, att_logits = self.discriminate(edited)
        mode, ones = self.setting["mode"], tf.ones_like(logits)
        gan = {
            "wgan": -tf.reduce_mean(logits),
            "lsgan": squares(ones, logits),
            "dcgan": cross_entropy(ones, logits),
        }[mode]
        att = cross_entropy(np.float32(batch["b"]), att_logits)
        rec = tf.reduce_mean(tf.abs(x - again))
        return {
            "train_xb_": edited,
            "train_xa_": again,
            "xb__loss_gan": gan,
            "xb__loss_att": att,
            "xa__loss_rec": rec,
            "g_loss": gan + 10.0 * att + self.setting["rec_loss_weight"] * rec,
        }

    def named(self, letter):
        """Trained variables of the discriminator ("d") or the generator ("g")."""
        return {
            name: variable
            for name, variable in self.variables.items()
            if variable.trainable and name.startswith("D/") == (letter == "d")
        }


def squares(target, logits):
    return tf.reduce_mean(tf.square(target - logits))


def cross_entropy(target, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=logits))


def adam(variable, gradient, first, second, powers, rate):
    """tf.train.AdamOptimizer's update in float64."""
    first = 0.5 * first + 0.5 * gradient
    second = 0.999 * second + 0.001 * np.square(gradient)
    rate *= np.sqrt(1 - np.float64(powers[1])) / (1 - np.float64(powers[0]))
    return variable - rate * first / (np.sqrt(second) + 1e-8)


def make_checkpoint(setting, seed=0, updates=(35, 7)):
    """Variables of a checkpoint: random networks, Adam slots, powers and counter."""
    code = OfficialCode(setting, seed=seed)
    size, rng = setting["img_size"], np.random.default_rng(seed + 1)
    batch = make_batch(setting, rng)
    code.d_losses(batch)
    values = {name: variable.numpy() for name, variable in code.variables.items()}
    with tf.GradientTape() as tape:
        loss = code.g_losses(batch)["g_loss"]
    trained = code.named("g")
    found = tape.gradient(loss, list(trained.values()))
    without = {n for n, g in zip(trained, found, strict=True) if g is None}
    for name in {**trained, **code.named("d")}:
        if name not in without:
            shape = values[name].shape
            values[f"{name}/Adam"] = np.float32(rng.normal(0, 1e-3, shape))
            values[f"{name}/Adam_1"] = np.float32(np.abs(rng.normal(0, 1e-5, shape)) + 1e-8)
    for suffix, count in zip(("", "_1"), updates, strict=True):
        for number, beta in ((1, 0.5), (2, 0.999)):
            power = np.float32(1)
            for _ in range(count + 1):
                power *= np.float32(beta)
            values[f"beta{number}_power{suffix}"] = power
    values["counter/counter"] = np.int64(updates[1])
    assert size == batch["x"].shape[1]
    return values


def make_batch(setting, rng, count=2):
    size, attributes = setting["img_size"], len(setting["atts"])
    return {
        "x": np.float32(rng.uniform(-1, 1, (count, size, size, 3))),
        "a": rng.integers(0, 2, (count, attributes)),
        "b": rng.integers(0, 2, (count, attributes)),
        "alpha": np.float32(rng.uniform(0, 1, (count, 1, 1, 1))),
        "beta": np.float32(rng.uniform(0, 1, (count, size, size, 3))),
    }


def expected_values(setting, values, batch, rounding=None):
    """What the official code computes on the batch, under the keys of ../shared/official, with
    `rounding` (of OfficialCode) in it.
    """
    rate = np.float32(setting["lr"])

    def fresh(training):
        code = OfficialCode(setting, values)
        code.training = training
        code.rounding = rounding or {}
        return code

    label = fresh(True).labels(batch)[0]
    expected = {**batch, "label_fed": label, "lr": rate}
    for prefix in ("eval", "train"):
        code = fresh(prefix == "train")
        features = code.encode(tf.constant(batch["x"]))
        selected = code.transfer(features, label)
        expected.update({f"{prefix}_enc_{i}": z for i, z in enumerate(features)})
        if setting["use_stu"]:
            expected.update({f"{prefix}_stu_{i}": z for i, z in enumerate(selected)})
        expected[f"{prefix}_img"] = code.decode(selected, label)
    for letter, losses, powers in (
        ("d", "d_losses", ("beta1_power", "beta2_power")),
        ("g", "g_losses", ("beta1_power_1", "beta2_power_1")),
    ):
        code = fresh(True)
        # All variables must exist before the tape can be asked for those of one network.
        code.edit(tf.constant(batch["x"]), label)
        code.discriminate(tf.constant(batch["x"]))
        for name, variable in code.variables.items():
            variable.assign(values[name])
        with tf.GradientTape() as tape:
            results = getattr(code, losses)(batch)
        expected.update(results)
        trained = code.named(letter)
        gradients = tape.gradient(results[f"{letter}_loss"], list(trained.values()))
        after = {n: v.numpy() for n, v in code.variables.items() if not v.trainable}
        for (name, variable), gradient in zip(trained.items(), gradients, strict=True):
            if gradient is None:
                continue
            expected[f"grad_{letter}/{name}"] = gradient
            slots = (values[f"{name}/Adam"], values[f"{name}/Adam_1"])
            after[name] = adam(
                variable.numpy(), gradient.numpy(), *slots, [values[p] for p in powers], rate
            )
        expected.update({f"after_{letter}_step/{name}": value for name, value in after.items()})
    code = fresh(False)
    for name, images in (("xa", batch["x"]), ("xb_", expected["train_xb_"])):
        heads = code.discriminate(tf.constant(images))
        expected.update(zip((f"{name}_logit_gan", f"{name}_logit_att"), heads, strict=True))
    return {name: np.asarray(value) for name, value in expected.items()}


def write_checkpoint(folder, setting, values, name="Epoch_(0)_(1of1).ckpt"):
    """An experiment's folder as the official training leaves it."""
    checkpoints = folder / "checkpoints"
    checkpoints.mkdir(parents=True, exist_ok=True)
    if setting is not None:
        text = json.dumps(setting, indent=4, separators=(",", ":"))
        (folder / "setting.txt").write_text(text)
    names = sorted(values)
    tf.raw_ops.SaveV2(
        prefix=str(checkpoints / name),
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tf.constant(values[name]) for name in names],
    )
    # Paths of the machine it was trained on.
    text = f'model_checkpoint_path: "/home/them/output/x/checkpoints/{name}"\n'
    (checkpoints / "checkpoint").write_text(text)
    return folder
