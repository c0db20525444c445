"""Every array of a file of the official FaderNetworks beside our trainer's."""

import numpy as np
import tensorflow as tf
from fader_draws import (
    columns_of_images,
    columns_of_loss,
    draws_of,
    is_all_kept,
    keep_factors,
    random_columns,
)
from fader_step import Step
from official_fader import (
    auto_encoder_layers,
    discriminator_layers,
    labels_of,
    make_trainer,
    nchw,
    patch_layers,
)
from system_fixtures import require_all_compared

from stgan_tf.official.fadernet_variables import UNUSED
from stgan_tf.official.torch_arrays import images as nhwc
from stgan_tf.systems.fadernet.losses import binary_loss


class Comparison:
    """A file beside our trainer of its configuration."""

    def __init__(self, fixture):
        self.fixture = fixture
        self.trainer, self.variables = make_trainer(fixture)
        self.noise = set(fixture.description["zero_gradient_biases"])

    def weight(self, full, gradient, network, name):
        variable, transform = self.variables[network][name]
        if gradient in self.noise and not self.fixture.is_exact:
            # Adam moved it by rounding noise: go on with the official noise.
            variable.assign(transform(self.fixture[full]))
            self.fixture.compared.add(full)
        else:
            self.fixture.compare(full, variable, transform, "weight")

    def edits(self):
        """With the moving averages."""
        fixture, network = self.fixture, self.trainer.auto_encoder
        images = tf.constant(nhwc(fixture["edit.x"]))
        encoded = network.encode(images)
        latents = [e for e in encoded if nchw(e).shape == fixture["edit.latent"].shape]
        fixture.compare("edit.latent", latents[0], nhwc)
        for i in range(len(fixture.names("edit.out_"))):
            columns = fixture[f"edit.y_{i}"]
            labels = labels_of(self.trainer.categories, columns)
            edited = network.decode_columns(encoded, columns)
            if np.allclose(self.trainer.categories.columns(labels), columns, atol=1e-6):
                edited = network([images, labels])
            fixture.compare(f"edit.out_{i}", edited, nhwc)
        own = labels_of(self.trainer.categories, fixture["in.attributes"][: len(images)])
        fixture.compare("edit.reconstruction", network.decode(encoded, own), nhwc)

    def latent_step(self):
        step, trainer = Step(self, "lat_dis_step", "lat_dis"), self.trainer
        encoder, *_ = auto_encoder_layers(trainer.auto_encoder, step.images, [], False, [])
        step.expect_layers("ae", encoder)
        latents = trainer.auto_encoder.latent(trainer.auto_encoder.encode(step.images))
        keep, _ = keep_factors(self.fixture, step.name, trainer.settings.latent_dropout)
        layers = discriminator_layers(trainer.latent_discriminator, latents, True, keep)
        step.expect_layers("lat_dis", layers)
        step.expect("pred", layers["proj_layers.2"])
        trainer._keep = lambda *_: keep
        terms = step.update(trainer.discriminator_step, "latent_discriminator_loss")
        step.expect("loss.attr", terms["latent_discriminator_loss"])
        step.compare_rest()

    def patch_step(self):
        if self.trainer.patch_discriminator is None:
            return
        step, trainer, fixture = Step(self, "ptc_dis_step", "ptc_dis"), self.trainer, self.fixture
        fixture.compared.update(
            name for name in fixture.names(step.name) if is_all_kept(fixture, name)
        )
        saved = [variable.numpy() for variable in trainer.patch_discriminator.variables]

        def loss_of(columns):
            _, _, terms = trainer.patch_gradients(step.batch, columns)
            for variable, value in zip(trainer.patch_discriminator.variables, saved, strict=True):
                variable.assign(value)
            return float(terms["patch_discriminator_loss"])

        encoded = trainer.auto_encoder.encode(step.images)
        last = f"{step.name}.act.ae.dec_layers.{trainer.settings.num_layers - 1}"

        def from_images():
            def decode(columns):
                return nchw(trainer.auto_encoder.decode_columns(encoded, columns))

            return [columns_of_images(trainer.categories, decode, fixture[last])]

        random = random_columns(fixture, step.name, trainer.categories, loss_of, from_images)
        encoder, decoder = auto_encoder_layers(
            trainer.auto_encoder, step.images, [random], False, [()]
        )
        step.expect_layers("ae", encoder | decoder)
        edited = tf.constant(nhwc([*decoder.values()][-1]))
        real = patch_layers(trainer.patch_discriminator, step.images, True)
        fake = patch_layers(trainer.patch_discriminator, edited, True)
        step.expect_layers("ptc_dis", real)
        step.expect_layers("ptc_dis", fake, call=2)
        smooth = trainer.settings.smooth_label
        for target, layers in ((1 - smooth, real), (smooth, fake)):
            step.values.append(np.asarray(binary_loss(target, layers[""])))
            step.values.append(np.full_like(layers[""], target))
        step.values += draws_of(trainer.categories, step.columns, random)
        trainer.random_columns = lambda *_: tf.constant(random)
        step.update(trainer.patch_step, "patch_discriminator_loss")
        step.compare_rest()

    def classifier_step(self):
        if self.trainer.classifier is None:
            return
        step, trainer = Step(self, "clf_dis_step", "clf_dis"), self.trainer
        layers = discriminator_layers(trainer.classifier, step.images, True)
        step.expect_layers("clf_dis", layers)
        step.expect("pred", layers["proj_layers.2"])
        terms = step.update(trainer.classifier_step, "classifier_loss")
        step.expect("loss.attr", terms["classifier_loss"])
        step.compare_rest()

    def before_auto_encoder(self):
        for network in self.variables:
            for name in self.variables[network] if network != "ae" else ():
                gradient = f"{network}_step.grad.{network}.{name}"
                self.weight(f"before_ae.{network}.{name}", gradient, network, name)

    def auto_encoder_step(self):
        step, trainer, fixture = Step(self, "autoencoder_step", "ae"), self.trainer, self.fixture
        settings, categories = trainer.settings, trainer.categories
        ramp = trainer.ramp(step.number)
        fixture.compared.update(
            name for name in fixture.names(f"{step.name}.act.lat_dis") if is_all_kept(fixture, name)
        )
        keeps = keep_factors(fixture, step.name, settings.decoder_dropout)
        all_wrong = columns_of_loss(
            categories,
            step.columns,
            fixture["autoencoder_step.pred.flip"],
            fixture["autoencoder_step.loss.attr.flip"],
            1,
            fixture.is_exact,
        )
        wrong = all_wrong[0]
        decoded, random = [step.columns], None
        if settings.patch_weight or settings.classifier_weight:
            saved = [variable.numpy() for variable in trainer.auto_encoder.variables]

            def loss_of(columns):
                batch = {"images": step.images, "columns": step.columns, "wrong_columns": wrong}
                batch["random_columns"] = columns
                _, _, terms = trainer.auto_encoder_gradients(batch, ramp, *keeps[0], *keeps[1])
                for variable, value in zip(trainer.auto_encoder.variables, saved, strict=True):
                    variable.assign(value)
                return float(terms["auto_encoder_loss"])

            def from_logits():
                logits = fixture[f"{step.name}.act.clf_dis.proj_layers.2"]
                loss = fixture[f"{step.name}.loss.attr"]
                return columns_of_loss(categories, step.columns, logits, loss, 0, fixture.is_exact)

            random = random_columns(fixture, step.name, categories, loss_of, from_logits)
            decoded.append(random)
            step.values += draws_of(categories, step.columns, random)
        for flipped in all_wrong:
            step.values += draws_of(categories, step.columns, flipped)

        encoder, *decoders = auto_encoder_layers(
            trainer.auto_encoder, step.images, decoded, True, keeps[: len(decoded)]
        )
        step.expect_layers("ae", encoder)
        for call, layers in enumerate(decoders, 1):
            step.expect_layers("ae", layers, call)
        latents = tf.constant(
            nhwc(encoder[f"enc_layers.{settings.num_layers - 1 - fixture.config['n_skip']}"])
        )
        layers = discriminator_layers(trainer.latent_discriminator, latents, False)
        step.expect_layers("lat_dis", layers)
        step.expect("pred.flip", layers["proj_layers.2"])
        if random is not None:
            edited = tf.constant(nhwc([*decoders[1].values()][-1]))
        if settings.patch_weight:
            layers = patch_layers(trainer.patch_discriminator, edited, False)
            step.expect_layers("ptc_dis", layers)
            for target in (settings.smooth_label, 1 - settings.smooth_label):
                step.values.append(np.full_like(layers[""], target))
        if settings.classifier_weight:
            layers = discriminator_layers(trainer.classifier, edited, False)
            step.expect_layers("clf_dis", layers)
            step.expect("pred", layers["proj_layers.2"])

        left = iter(keeps)
        trainer._keep = lambda *_: next(left)
        trainer.random_columns = lambda *_: tf.constant(random)
        trainer.wrong_columns = lambda *_: tf.constant(wrong)
        terms = step.update(trainer.auto_encoder_step, "auto_encoder_loss")
        step.expect("loss.attr.flip", terms["flipped_attributes_loss"])
        reconstruction = settings.reconstruction_weight * terms["reconstruction_loss"]
        step.expect("loss.rec_times_lambda_ae", reconstruction)
        step.expect("loss.rec", terms["reconstruction_loss"])
        for term, weight in (
            ("flipped_attributes_loss", settings.latent_weight),
            ("patch_loss", settings.patch_weight),
            ("edited_attributes_loss", settings.classifier_weight),
        ):
            if term in terms:
                step.values += [np.asarray(f * terms[term]) for f in (1, weight * ramp)]
            step.values.append(np.asarray(weight * ramp))
        fixture.compare("lambda_lat_dis_now", settings.latent_weight * ramp)
        for name in fixture.names("schedule."):
            at = tf.constant(int(name.split(".")[1]), tf.int64)
            # Computed with the official defaults of 0.0001 and 500,000.
            share = (
                trainer.ramp(at) if settings.latent_ramp_iterations else np.minimum(at, 5e5) / 5e5
            )
            fixture.compare(name, 1e-4 * share)
        step.compare_rest()

    def finish(self):
        config = self.fixture.config
        assert self.fixture["n_total_iter_after"] == config["n_total_iter"] + 1
        self.fixture.compared.add("n_total_iter_after")
        unused = [name for name in self.fixture.arrays if name.endswith(UNUSED)]
        steps = [f"{net}_step.{what}" for net in (*self.variables, "autoencoder") for what in "xy"]
        given = ("w0.", "in.", "edit.x", "edit.y_", "edit.alphas")
        require_all_compared(self.fixture, (*given, *steps, *unused))
